#!lua flags=allow-oom
--[[
  Removes entries that every required group has acknowledged, oldest first, and every awaited group that exists, as far as
  these may hold them: while Redis has half of its memory left. What a group still needs is found in the same step as the
  removal, so nothing can move in between. The entry a group acknowledged last is kept, so a stream never becomes empty. Whole
  nodes of the stream are removed (`~`): a few entries more than told may stay.

  KEYS[1] stream
  ARGV[1] newest entries to keep   ARGV[2] age in ms above which they are not kept after all
  ARGV[3] newest entries that awaited groups may hold   ARGV[4] age in ms above which they may not after all
  ARGV[5] most entries to remove for one reason   ARGV[6] how many groups are required
  ARGV[7...] required groups, without one of them nothing is removed; then awaited ones

  Returns how many were removed; 0 when there is no more to do. Errors: WRONGTYPE.
]]
local key = KEYS[1]

local function before(a, b)
  local msA, seqA = string.match(a, '^(%d+)-(%d+)$')
  local msB, seqB = string.match(b, '^(%d+)-(%d+)$')
  if msA ~= msB then return tonumber(msA) < tonumber(msB) end
  return tonumber(seqA) < tonumber(seqB)
end

if redis.call('EXISTS', key) == 0 then return 0 end
local delivered = {}
for _, reply in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local group = {}
  for i = 1, #reply, 2 do group[reply[i]] = reply[i + 1] end
  delivered[group.name] = group['last-delivered-id']
end

local function needs(group)
  if not delivered[group] then return nil end
  local pending = redis.call('XPENDING', key, group, '-', '+', 1)[1]
  return pending and pending[1] or delivered[group]
end

local function remove(floor, newest, age)
  local most, removed = tonumber(ARGV[5]), 0
  local surplus = math.min(redis.call('XLEN', key) - tonumber(newest), most)
  if surplus > 0 then removed = redis.call('XTRIM', key, 'MINID', '~', floor, 'LIMIT', surplus) end
  local aged = string.format('%.0f-0', redis.call('TIME')[1] * 1000 - age)
  if before(aged, floor) then floor = aged end
  return removed + redis.call('XTRIM', key, 'MINID', '~', floor, 'LIMIT', most)
end

local function isShort()
  local memory = redis.call('INFO', 'memory')
  local most = tonumber(string.match(memory, '\nmaxmemory:(%d+)'))
  return most > 0 and tonumber(string.match(memory, 'used_memory:(%d+)')) > most / 2
end

local required, floor = tonumber(ARGV[6])
for i = 7, 6 + required do
  local id = needs(ARGV[i])
  if not id then return 0 end
  if not floor or before(id, floor) then floor = id end
end
if not floor then return 0 end

local awaited = floor
for i = 7 + required, #ARGV do
  local id = needs(ARGV[i])
  if id and before(id, awaited) then awaited = id end
end
if awaited == floor or isShort() then return remove(floor, ARGV[1], ARGV[2]) end
return remove(awaited, ARGV[1], ARGV[2]) + remove(floor, ARGV[3], ARGV[4])
