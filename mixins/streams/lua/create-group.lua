#!lua
--[[
  Makes sure that a durable group exists, from the first entry still there, and that entries to come sort above
  `floor`: after Redis lost the stream, positions must not fall back.

  KEYS[1] stream
  ARGV[1] group   ARGV[2] floor, `ms-seq` ("0-0": none)

  Returns 1 when the group is new. Errors: WRONGTYPE.
]]
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end

local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
local info, last = redis.call('XINFO', 'STREAM', KEYS[1]), '0-0'
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then last = info[i + 1] end
end
local lastMs, lastSeq = parts(last)
local floorMs, floorSeq = parts(ARGV[2])
if floorMs > lastMs or (floorMs == lastMs and floorSeq > lastSeq) then redis.call('XSETID', KEYS[1], ARGV[2]) end
return made.ok and 1 or 0
