-- Makes the partitions of the week that holds `instant`, unless they are there: events_2026w05, event_pii_2026w05.
-- With its owner's rights: the service role may not create tables. To be called in a transaction of its own, before
-- the events; ATTACH lets readers and writers of the other weeks go on.
create function ensure_week(instant timestamptz) returns void
  language plpgsql
  security definer
  set search_path = public, pg_temp
  set timezone = 'UTC'
  set lock_timeout = '3s'
as $$
declare
  monday constant timestamptz := date_trunc('week', instant);
  week   constant text := to_char(monday, '_IYYY"w"IW');
  parent text;
begin
  if instant < '2016-01-01' or instant > now() + interval '15 days' then  -- what ingest lets through, and a week ahead
    raise exception 'no week for %', instant using errcode = 'datetime_field_overflow';
  end if;
  perform pg_advisory_xact_lock(hashtext('ensure_week')); -- two at once would both make it
  foreach parent in array array['events', 'event_pii'] loop
    continue when to_regclass(parent || week) is not null;
    execute format('create table %I (like %I including defaults including constraints)', parent || week, parent);
    execute format('alter table %I attach partition %I for values from (%L) to (%L)',
      parent, parent || week, monday, monday + interval '7 days');
    if parent = 'events' then
      execute format('create trigger events_keep_all before truncate on %I '
        'for each statement execute function refuse_change()', parent || week);
    end if;
  end loop;
end $$;

revoke execute on function ensure_week from public;
grant execute on function ensure_week to ttlc_service;
