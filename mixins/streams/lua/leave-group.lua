#!lua flags=allow-oom
--[[
  Deletes a consumer that has nothing pending and has been idle: DELCONSUMER with pending entries would lose them.

  KEYS[1] stream
  ARGV[1] group   ARGV[2] consumer   ARGV[3] idle at least this long, ms

  Returns 1 when it was deleted.
]]
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local of = {}
  for i = 1, #consumer, 2 do of[consumer[i]] = consumer[i + 1] end
  if of.name == ARGV[2] and of.pending == 0 and of.idle >= tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
    return 1
  end
end
return 0
