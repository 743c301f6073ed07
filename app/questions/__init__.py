"""Questions of residents: the form, the receipt's page and the answers for everyone, and the desk of those who moderate."""
