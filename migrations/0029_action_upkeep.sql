-- One channel's webhooks do not take every place: what is under way is counted by channel, too.
alter table action_queue add channel_id uuid references channels on delete cascade; -- null: queued by an older process
update action_queue q set channel_id = a.channel_id from actions_log a where a.action_id = q.action_id;
-- What is due in rooms, past all webhooks that wait.
create index action_queue_room on action_queue (due_at) where url = '';

-- Who is refused an undo for want of means, or since the broadcast is over, may ask again.
drop index actions_log_undone;
create unique index actions_log_undone on actions_log (undoes)
  where undoes is not null and state not in ('failed', 'unknown', 'skipped');

-- The upkeep: the oldest first; what was held back by rules goes earlier than the rest.
create index actions_log_age on actions_log (decided_at);
create index actions_log_held on actions_log (decided_at)
  where state = 'skipped' and rule_id is not null and resolved_at is null;
grant delete on actions_log to ttlc_service;
