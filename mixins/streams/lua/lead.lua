#!lua flags=allow-oom
--[[
  Takes, renews or gives up the right to do what one process at a time should do.

  KEYS[1] lease
  ARGV[1] token of who asks   ARGV[2] milliseconds until it falls to others ("0": give it up)

  Returns 1 while it is theirs.
]]
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1
