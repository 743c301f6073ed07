"""What other programs read of the community portal: figures as JSON, outlines as GeoJSON, feeds of releases, and how robots find pages."""
