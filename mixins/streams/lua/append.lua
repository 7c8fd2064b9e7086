#!lua
--[[
  Appends messages to a stream, in order, all or none.

  KEYS[1] stream
  ARGV[1] packed, one list: for each message how many words it has, and these (field, value, ...)

  Returns the ids of the entries. Errors: WRONGTYPE: nothing was changed.
]]
local told, at, ids = cmsgpack.unpack(ARGV[1]), 1, {}
while told[at] do
  local last = at + told[at]
  ids[#ids + 1] = redis.call('XADD', KEYS[1], '*', unpack(told, at + 1, last))
  at = last + 1
end
return ids
