-- Takes the background away before it is cut anew: it belongs to no release.
DELETE FROM published.background
