#!lua
--[[
  Appends messages to a stream, in order, all or none.

  KEYS[1] stream
  ARGV[1] packed: for each message its words (field, value, ...)

  Returns the ids of the entries. Errors: WRONGTYPE: nothing was changed.
]]
local ids = {}
for i, words in ipairs(cmsgpack.unpack(ARGV[1])) do ids[i] = redis.call('XADD', KEYS[1], '*', unpack(words)) end
return ids
