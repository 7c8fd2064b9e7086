#!lua
--[[
  Appends a dead letter once, however often it is asked to: whoever writes it cannot know whether an answer that was lost
  came before or after.

  KEYS[1] remembers that it was written   KEYS[2] ttlc:dlq
  ARGV[1] for how many ms   ARGV[2...] fields and values of the letter

  Returns 1, or 0 when it was there. Errors: WRONGTYPE, OOM.
]]
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 2))
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return 1
