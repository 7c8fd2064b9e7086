#!lua flags=allow-oom
--[[
  Makes sure that a durable group exists, from the first entry still there, and that entries to come sort above
  `floor`: after Redis lost the stream, or its end, positions must not fall back. A stream that has entries is left
  where it ends as long as the clock does the same: to its readers, what is between its end and the floor would be
  read, and it is nowhere but in Postgres.

  Also while memory is short: a consumer calls this before it reads on after a lost connection, and nothing is freed
  until it has read and acknowledged. What it adds, if anything, is a few bytes.

  KEYS[1] stream
  KEYS[2] only with a floor: notes the run of Redis in which it was made sure of (hand-off.lua looks)
  ARGV[1] group   ARGV[2] floor, `ms-seq` ("0-0": none)

  Returns 1 when the group is new. Errors: WRONGTYPE.
]]
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end

local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
local info, stream, time = redis.call('XINFO', 'STREAM', KEYS[1]), {}, redis.call('TIME')
for i = 1, #info, 2 do stream[info[i]] = info[i + 1] end
local lastMs, lastSeq = parts(stream['last-generated-id'])
local floorMs, floorSeq = parts(ARGV[2])
local isBehind = floorMs > lastMs or (floorMs == lastMs and floorSeq > lastSeq)
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if isBehind and (stream.length == 0 or floorMs >= now) then redis.call('XSETID', KEYS[1], ARGV[2]) end
if KEYS[2] then redis.call('SET', KEYS[2], string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')) end
return made.ok and 1 or 0
