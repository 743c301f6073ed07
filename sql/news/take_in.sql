-- Adds an address that asks for news of a place. Nothing comes back: the credential that runs it may read nothing. Table: asked.alert.
-- Parameters: address, geography, place_code, language.
INSERT INTO asked.alert (address, geography, place_code, language)
VALUES (:address, :geography, :place_code, :language)
