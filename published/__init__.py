"""The one reader of what was published: releases, the search for a place, change between two counts. Imports core alone."""
