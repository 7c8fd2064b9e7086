-- rules.list: how often each rule acted in a day, or would have, and when last; a shadow beside it apart.
drop index actions_log_fired;
create index actions_log_fired on actions_log (rule_id, mode, event_at desc)
  where state <> 'skipped' or reason in ('dry_run', 'shadow', 'no_capability');

-- rules.open: what is done to people before what is said, the newest first.
drop index actions_log_open;
create index actions_log_open on actions_log (type, decided_at desc, action_id desc, channel_id)
  where state = 'skipped' and reason = 'no_capability' and resolved_at is null and type in ('announce', 'moderate');

-- A moderator may be faster than storage.
alter table actions_log add column unconfirmed boolean not null default false; -- of a command: its evidence was not stored yet
