-- Lets this transaction see the state of some feeds, comma-separated (steward.delivers). Parameter: feeds.
SELECT set_config('homeground.feeds', :feeds, TRUE) AS feeds
