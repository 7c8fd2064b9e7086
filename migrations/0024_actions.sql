-- What rules decided and is still to be sent: claimed in actions_log before anything leaves, gone from here when it is over.
create table action_queue (
  action_id bigint      primary key references actions_log on delete cascade,
  url       text        not null,                         -- empty for chat and moderation
  host      text        not null,                         -- one that is slow does not delay the others
  body      text        not null,                         -- personal
  attempts  integer     not null default 0,               -- also who holds it: each attempt ends its own number only
  due_at    timestamptz not null default now()            -- of the next attempt; of one under way: when it is taken for dead
) with (fillfactor = 70);
-- What is due, the longest first.
create index action_queue_due on action_queue (due_at);

-- What the webhooks of a channel's rules are signed with.
create table webhook_secrets (
  channel_id uuid  primary key references channels on delete cascade,
  secrets    jsonb not null                               -- [{secret, createdAt, expiresAt}], the newest first
);

grant select, insert, update, delete on action_queue to ttlc_service;
grant select, insert, update on webhook_secrets to ttlc_service;

-- How much may be said in a channel: a token bucket for all processes.
create table chat_budgets (
  channel_id uuid             primary key references channels on delete cascade,
  tokens     double precision not null,
  at         timestamptz      not null default now()      -- when there were so many
);
grant select, insert, update on chat_budgets to ttlc_service;
