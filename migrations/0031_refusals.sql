-- A refusal is no failure: it is counted for itself, so that only what is tried again is failing.
alter table destination_cursors add column refusals integer not null default 0; -- batches since the last that was taken
update destination_cursors set failures = 0, failing_since = null where not_before is null; -- they were refusals

-- A batch of which nothing is left was neither taken nor refused.
alter table deliveries drop constraint deliveries_state_check,
  add constraint deliveries_state_check check (state in ('sending', 'queued', 'delivered', 'refused', 'empty'));
