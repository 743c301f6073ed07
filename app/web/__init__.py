"""What stands between the network and the pages: who is answered, in which time, and how the answer is packed."""
