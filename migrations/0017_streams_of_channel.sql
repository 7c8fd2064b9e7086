-- storage.roles and each page: the other broadcasts of a streamer, without a look at those of all.
create index streams_channel on streams (channel_id);
