-- rules.list: how often each rule acted in a day, and when last, past all that was refused, tried or held back.
create index actions_log_fired on actions_log (rule_id, event_at desc) where state <> 'skipped';

-- What is due of each host, however much waits for another.
create index action_queue_host on action_queue (host, due_at);
