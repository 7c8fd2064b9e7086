-- People and their counters change with every batch: room for the next version on the row's own page (HOT), so that no
-- index is touched. The other projections are small enough to stay on their pages as they are.
alter table users set (fillfactor = 70);
alter table stream_users set (fillfactor = 70);
