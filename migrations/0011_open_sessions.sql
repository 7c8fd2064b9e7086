-- storage.openSessions: sessions that nobody closed, because the ingest that had them died. Few at any time.
create index sessions_open on sessions (stream_id) where ended_at is null;
