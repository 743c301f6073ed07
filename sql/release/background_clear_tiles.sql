-- Takes the tiles of the background away before they are cut anew: they belong to no release.
DELETE FROM published.background_tile
