-- Cooldowns and limits of rules hold over all processes: they go by what the log says that a rule did.
alter table actions_log add column paced boolean not null default false;  -- it fired under a cooldown or a limit, and counts

-- What the cooldowns of rules go on from.
update actions_log set paced = true
where rule_id is not null and event_at > now() - interval '1 day'
  and coalesce(reason, '') not in ('cooldown', 'user_cooldown', 'limit', 'replay', 'history');

-- rules: what fired near the time of an event, for one person too, and for the same effect.
create index actions_log_paced on actions_log (rule_id, mode, event_at) where paced;
create index actions_log_paced_person on actions_log (rule_id, mode, user_id, event_at) where paced and user_id is not null;
create index actions_log_paced_effect on actions_log (effect_key, rule_id, mode) where paced;
