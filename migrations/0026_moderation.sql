-- What moderators command goes the way of what rules decide: the same log, the same queue. What there was no means for
-- waits for a person.
alter table actions_log
  alter rule_id drop not null,                            -- null: a person commanded it
  alter rule_version drop not null,
  alter event_id drop not null,                           -- of a command: its evidence, if it has some
  add measure      text check (measure in ('timeout', 'ban', 'unmute', 'unban')),  -- of moderate
  add seconds      integer,                               -- of a timeout
  add actor        jsonb,                                 -- {id, name, role} of who commanded it, as the audit names them
  add given_reason text,                                  -- personal: why, in their words
  add undoes       bigint references actions_log,         -- the action that this one takes back
  add resolved_at  timestamptz,                           -- when a person saw to what there was no means for
  add outcome      text check (outcome in ('done_by_hand', 'dismissed')),
  add resolved_by  jsonb,                                 -- {id, name, role}
  add check ((rule_id is null) = (actor is not null)),
  add check ((rule_id is null) = (rule_version is null)),
  add check (event_id is not null or rule_id is null),
  add check (rule_id is not null or (type = 'moderate' and measure is not null)),
  add check ((resolved_at is null) = (outcome is null) and (resolved_at is null) = (resolved_by is null));

-- What rules did so far, as it was sent.
update actions_log a set measure = asked.measure,
  seconds = case when asked.measure = 'timeout' then
    case when asked.seconds >= 300 then 300 when asked.seconds >= 60 then 60 when asked.seconds >= 30 then 30 else 5 end end
from (
  select rule_id, version, draft->'action'->>'measure' as measure, (draft->'action'->>'seconds')::integer as seconds
  from rule_versions where draft->'action'->>'type' = 'moderate'
) asked
where a.type = 'moderate' and asked.rule_id = a.rule_id and asked.version = a.rule_version;

-- Taken back once; a person may try again what failed, or may not have got there. And what an action was undone by.
create unique index actions_log_undone on actions_log (undoes)
  where undoes is not null and state not in ('failed', 'unknown');
create index actions_log_undoes on actions_log (undoes) where undoes is not null;
-- rules.open: what waits for a person, the newest first.
create index actions_log_open on actions_log (decided_at desc, action_id desc, channel_id)
  where state = 'skipped' and reason = 'no_capability' and resolved_at is null and type in ('announce', 'moderate');
-- rules.actions of one person, the newest first; their erasure.
drop index actions_log_person;
create index actions_log_person on actions_log (user_id, action_id desc) where user_id is not null;
-- rules.actions of one type; commands.
create index actions_log_type on actions_log (type, action_id desc, channel_id);
create index actions_log_commands on actions_log (action_id desc, channel_id) where rule_id is null;

-- What takes an action back does not leave before that is over.
alter table action_queue add after_id bigint;
