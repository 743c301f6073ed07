"""From a file to stored records: deliveries, holds, the steward, freshness."""
