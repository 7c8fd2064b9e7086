-- What the ledger of a session needs beside the events themselves (storage.sessionAccount).

-- Entries of ttlc:events that brought what another one had brought before. Kept by position, so that an entry which is
-- delivered again, as after a lost commit reply, is not counted again.
create table duplicate_entries (
  position   bigint      primary key,
  event_id   text collate "C" not null,
  session_id uuid        not null                         -- of this entry; the stored event may be of another one
);
-- storage.sessionAccount: how many of one session.
create index duplicate_entries_session on duplicate_entries (session_id);

alter table dead_letters add column session_id uuid;      -- null: the letter does not tell
-- storage.sessionAccount: the letters of one session.
create index dead_letters_session on dead_letters (session_id);

-- storage.sessionAccount: the gaps of one session. There are few, so that it costs the other events nothing.
create index events_gaps on events (session_id) where sub_type = 'GAP';

grant select, insert, delete on duplicate_entries to ttlc_service;
