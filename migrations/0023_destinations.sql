-- Where programs of others get the events of a channel (services/forwarder, the only writer of these tables).
create table destinations (
  destination_id  uuid        primary key default gen_random_uuid(),
  channel_id      uuid        not null references channels on delete cascade,
  name            text        not null,
  url             text        not null,
  envelope        text        not null check (envelope in ('unified', 'cloudevents', 'euler')),
  event_filter    jsonb       not null,                   -- EventFilter of contracts/destination.ts
  secrets         jsonb       not null,                   -- [{secret, createdAt, expiresAt}], the newest first; never answered
  enabled         boolean     not null default true,
  disabled_reason text        check (disabled_reason in ('BY_HAND', 'GONE', 'FAILING')),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  check (enabled = (disabled_reason is null))
);
-- forwarder.list, and how many a channel has.
create index destinations_channel on destinations (channel_id);

-- How far each has got, and which process may send to it now. What is above the position is owed to it.
create table destination_cursors (
  destination_id uuid        primary key references destinations on delete cascade,
  position       bigint      not null,                    -- packed as in events
  lease_token    uuid,                                    -- of the sender; every change it makes is conditional on it
  lease_until    timestamptz,
  failures       integer     not null default 0,          -- attempts in a row
  failing_since  timestamptz,
  not_before     timestamptz                              -- of the next attempt
) with (fillfactor = 50);

-- Batches: recorded before they are sent, so that whoever sends one again sends the same under the same id.
create table deliveries (
  webhook_id     text collate "C" primary key,            -- begins with its time: newer ones sort above
  destination_id uuid        not null references destinations on delete cascade,
  after          bigint      not null,                    -- the wanted events after this position
  through        bigint      not null,                    -- up to this one
  events         integer     not null,
  state          text        not null default 'sending' check (state in ('sending', 'queued', 'delivered', 'refused')),
  attempts       integer     not null default 0,
  last_attempts  jsonb       not null default '[]',       -- DeliveryAttempt[], at most 20; no reply, nothing personal
  letter_at      timestamptz,                             -- refused: when its dead letter was written
  created_at     timestamptz not null default now(),
  finished_at    timestamptz
) with (fillfactor = 70);
-- One at a time, so that none overtakes another.
create unique index deliveries_sending on deliveries (destination_id) where state = 'sending';
-- forwarder.deliveries: the newest first; what is kept of each destination.
create index deliveries_newest on deliveries (destination_id, webhook_id);
-- What is to be sent again, and letters that are owed.
create index deliveries_queued on deliveries (destination_id, webhook_id) where state = 'queued';
create index deliveries_letters on deliveries (webhook_id) where state = 'refused' and letter_at is null;

grant select, insert, update, delete on destinations, destination_cursors, deliveries to ttlc_service;
