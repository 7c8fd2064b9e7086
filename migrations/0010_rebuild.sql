-- storage.rebuild: recomputes the projections in temporary tables of the same names, and puts rows that differ right.
grant delete on streams, sessions, stream_minutes to ttlc_service;

-- Everybody has this right unless an administrator took it away.
do $$ begin
  execute format('grant temporary on database %I to ttlc_service', current_database());
end $$;
