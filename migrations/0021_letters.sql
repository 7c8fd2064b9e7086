-- Dead letters that come back: what became of each, and the jobs that redrive or discard many of them.

-- What an error is about: without what differs from letter to letter, which is quoted text, ids and numbers.
create function letter_cause(error text) returns text
  language sql immutable strict parallel safe
  return left(regexp_replace(
    regexp_replace(error, '"[^"]*"', '"*"', 'g'),
    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|[0-9]+', '#', 'gi'), 200);

alter table dead_letters
  add column stream_id  text collate "C",                 -- null: the letter does not tell
  add column state      text        not null default 'new'
    check (state in ('new', 'redriving', 'redriven', 'failed', 'discarded')),
  add column state_at   timestamptz,                      -- since when; null: it came so
  add column job_id     uuid,                             -- the job that took it last
  add column redrives   integer     not null default 0,   -- how often it was sent back
  add column last_error text,                             -- why it was refused when it came back
  add column redrive_of bigint,                           -- the letter whose redrive ended in this one
  add column failed_as  bigint,                           -- the letter that the redrive of this one ended in
  add column decided_by text,                             -- who asked for what became of it, and why
  add column why        text,
  -- Letters of one cause are fixed by one change.
  add column cause      text collate "C" generated always as
    (lpad(to_hex(hashtextextended(stage || ' ' || reason || ' ' || letter_cause(error), 0)), 16, '0')) stored;

update dead_letters set stream_id = substring(payload from 'streamId\\*":\\*"([^"\\]{1,64})');

-- storage.letters and the jobs: the letters of one state, in order; storage.stats: how many.
create index dead_letters_state on dead_letters (state, position);
-- storage.letters: the letters of one cause.
create index dead_letters_cause on dead_letters (cause, position);
-- The letters of a job that was cut off.
create index dead_letters_redriving on dead_letters (job_id) where state = 'redriving';

grant update (state, state_at, job_id, redrives, last_error, failed_as, decided_by, why) on dead_letters to ttlc_service;

-- One run over the letters of a list or a filter.
create table letter_jobs (
  job_id      uuid        primary key default gen_random_uuid(),
  kind        text        not null check (kind in ('redrive', 'discard')),
  chosen      jsonb       not null,                       -- LetterChoice of contracts/letters.ts, with the scope of who asked
  through     bigint      not null,                       -- no letter after this one: what fails again is not taken again
  taken       bigint      not null default -1,            -- letters up to this one were taken
  rate        integer     check (rate >= 1),              -- letters a second; null: as fast as it goes
  total       bigint      not null,                       -- letters to take, as counted at the start
  done        bigint      not null default 0,             -- letters that were taken and whose outcome is known
  failed      bigint      not null default 0,             -- of these, refused at once
  state       text        not null default 'running' check (state in ('running', 'done', 'cancelled', 'failed')),
  reason      text,                                       -- why it failed, or what it waits for
  asked_by    text        not null,
  why         text,
  owner       uuid,                                       -- the process that works on it, and until when that is sure
  owned_until timestamptz,
  started_at  timestamptz not null default now(),
  ended_at    timestamptz,
  check ((state = 'running') = (ended_at is null))
) with (fillfactor = 70);
-- storage.letterJobs: newest first.
create index letter_jobs_newest on letter_jobs (started_at desc, job_id desc);
-- Jobs that are to be gone on with.
create index letter_jobs_running on letter_jobs (started_at) where state = 'running';

grant select, insert, update on letter_jobs to ttlc_service;
