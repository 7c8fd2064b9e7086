-- What is done to one person of a channel, or said in it, leaves in the order in which it was decided.
alter table action_queue add lane bigint;                 -- what has the same goes one by one; null: a webhook
update action_queue q set channel_id = a.channel_id, lane = case a.type
    when 'announce' then hashtextextended(a.channel_id::text, 0)
    when 'moderate' then hashtextextended(a.channel_id || ' ' || a.user_id, 0) end
from actions_log a where a.action_id = q.action_id;
alter table action_queue alter channel_id set not null, drop after_id;
-- Whether something of the lane is before it.
create index action_queue_lane on action_queue (lane, action_id) where lane is not null;

-- What is due of each channel at each target, however much waits of others, and apart what goes to rooms.
drop index action_queue_due, action_queue_room, action_queue_host;
create index action_queue_webhooks on action_queue (host, channel_id, due_at, action_id) where url <> '';
create index action_queue_rooms on action_queue (host, channel_id, due_at, action_id) where url = '';

-- Targets of a channel that failed when something was sent there last, and until when nothing is.
create table action_pauses (
  host       text        not null,
  channel_id uuid        not null references channels on delete cascade,
  failures   integer     not null,                        -- in a row
  until      timestamptz not null,
  primary key (host, channel_id)
);
grant select, insert, update, delete on action_pauses to ttlc_service;
