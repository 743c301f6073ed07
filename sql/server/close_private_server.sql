-- The server's own databases of a private cluster are its owner's alone.
REVOKE ALL ON DATABASE postgres, template1 FROM public
