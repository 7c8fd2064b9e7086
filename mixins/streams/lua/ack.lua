#!lua flags=allow-oom
--[[
  Acknowledges entries and forgets how often they were tried.

  KEYS[1] stream   KEYS[2] attempts of the group (hash by entry id)
  ARGV[1] group, then entry ids: 1,000 at most

  Returns how many were pending.
]]
local acked = redis.call('XACK', KEYS[1], unpack(ARGV))
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('HDEL', KEYS[2], unpack(ARGV, 2)) end
return acked
