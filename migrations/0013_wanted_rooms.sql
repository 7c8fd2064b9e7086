-- Which rooms the ingest processes are to follow, whatever becomes of them or of Redis. Who follows which is decided there.
create table wanted_rooms (
  unique_id  text collate "C" primary key,                -- the streamer's @handle, lower case
  provider   text        not null check (provider in ('direct', 'euler', 'simulator')),
  channel_id uuid references channels,                    -- the streamer's account, once known
  wanted_at  timestamptz not null default now()
);

grant select, insert, update, delete on wanted_rooms to ttlc_service;
