#!lua flags=allow-oom
--[[
  Marks entries that were taken over, before they are handled: any may be what killed the consumer that had them. Also
  while memory is short, since nothing is freed until somebody finishes them.

  KEYS[1] attempts of the group (hash by entry id)
  ARGV entry ids

  Returns for each how often it was tried alone; -1 for one that was not marked yet, and is now.
]]
local attempts = {}
for i, id in ipairs(ARGV) do
  attempts[i] = redis.call('HSETNX', KEYS[1], id, 0) == 1 and -1 or tonumber(redis.call('HGET', KEYS[1], id))
end
return attempts
