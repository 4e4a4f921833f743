-- There was no time to count all of the range: more may match than was planned, and progress goes by time.
ALTER TABLE replays ADD COLUMN planned_is_minimum boolean NOT NULL DEFAULT false;
