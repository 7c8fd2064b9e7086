#!lua flags=allow-oom
--[[
  Acknowledges entries and forgets how often they were tried.

  KEYS[1] stream   KEYS[2] attempts of the group (hash by entry id)
  ARGV[1] group, then entry ids

  Returns how many were pending.
]]
local acked = 0
for i = 2, #ARGV do acked = acked + redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) end
if redis.call('EXISTS', KEYS[2]) == 1 then
  for i = 2, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
end
return acked
