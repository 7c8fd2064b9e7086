-- The role the services run as: what it may not do, no bug and no injected SQL can do.
-- Roles belong to the whole cluster, so another database of ours may be making this one right now.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ttlc_service') then
    create role ttlc_service nologin;
  end if;
exception
  when duplicate_object or unique_violation then
    null;                                                 -- the other one was faster
  when insufficient_privilege then
    raise exception
      'user % may not create roles: as an administrator, run "create role ttlc_service nologin; grant ttlc_service to %"',
      current_user, current_user using errcode = 'insufficient_privilege';
end $$;

-- Who migrates also runs the services, by `set role`. Before PostgreSQL 16 every member may do that.
do $$
declare
  modern constant boolean := current_setting('server_version_num')::int >= 160000;
begin
  if not pg_has_role(current_user, 'ttlc_service', case when modern then 'set' else 'member' end) then
    execute 'grant ttlc_service to current_user' || case when modern then ' with set true, inherit false' else '' end;
  end if;
exception
  when unique_violation then
    null;
  when insufficient_privilege then
    raise exception 'user % may not use the role ttlc_service: as an administrator, run "grant ttlc_service to %"',
      current_user, current_user using errcode = 'insufficient_privilege';
end $$;

grant usage on schema public to ttlc_service;
