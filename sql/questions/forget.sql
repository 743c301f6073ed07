-- Deletes questions whose time has come; gives how many.
SELECT asked.forget() AS gone
