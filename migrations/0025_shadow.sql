-- A version of a rule that runs beside the one that is live, and what it would have done.
alter table rules
  add column shadow    jsonb,                             -- RuleDraft; null: none
  add column shadow_at timestamptz,                       -- since when
  add column shadow_by text;                              -- who, as the audit names them

-- The two are told apart by mode: what one was refused does not hide what the other was.
drop index actions_log_skipped;
create unique index actions_log_skipped on actions_log (event_id, rule_id, reason, mode) where state = 'skipped';
-- rules.diff: one rule over a time.
create index actions_log_rule on actions_log (rule_id, event_at);
-- rules.explain and rules.actions of one event.
create index actions_log_event on actions_log (event_id);
