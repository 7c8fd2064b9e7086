-- A gift streak that has several ends is decided about once by every rule and mode, whatever became of it: what was refused or
-- only tried, too. What a cooldown held back, or what is told again, is no decision about its effect.
create index actions_log_refused on actions_log (effect_key, rule_id, mode)
  where state = 'skipped' and reason not in ('cooldown', 'user_cooldown', 'limit', 'replay', 'history');
-- What fired under a cooldown is found by it, or by actions_log_once.
drop index actions_log_paced_effect;

-- How often rules were saved in the last hour.
create index rule_versions_made on rule_versions (made_at);
-- The upkeep: deleted rules, and versions that nothing tells of.
create index rules_deleted on rules (deleted_at) where deleted_at is not null;
grant delete on rules, rule_versions to ttlc_service;
