-- Copy of ttlc:dlq: what was given up, for a person to look at and to redrive.
create table dead_letters (
  position       bigint      primary key,                 -- its entry in ttlc:dlq, packed as in events: kept once
  stage          text        not null,
  reason         text        not null,
  error          text        not null,
  payload        text        not null,                    -- the entry's fields as a JSON object; personal
  failed_at      timestamptz not null,
  stream         text,                                    -- where it was read, and as which entry
  entry_id       text,
  consumer_group text,
  destination    text,
  attempts       integer,
  correlation_id text
);

grant select, insert, delete on dead_letters to ttlc_service;
