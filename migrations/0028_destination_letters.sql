-- Dead letters of destinations.
alter table deliveries add column redrive_of bigint;      -- packed: the dead letter that it was last sent again for
