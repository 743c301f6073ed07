-- Loads of incidents wait until the crimes that months share are set aside; readers do not.
LOCK TABLE record.incident, record.repeated_incident IN SHARE ROW EXCLUSIVE MODE;
