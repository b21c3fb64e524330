"""From paths and feeds to the next snapshot, with a report on every source."""
