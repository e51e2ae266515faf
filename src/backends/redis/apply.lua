-- Carries out the operations of one response: all of them, or none.
--
-- KEYS: of each operation the key of its record, or of its person; at the end a key of no record.
-- ARGV: of each operation four arguments, what to do first; at the end what all keys of the store begin with.
--
-- An operation sees what those before it would do, and nothing is written before all of them were found possible. The first
-- write fails alone where the server is a replica or full, or the user may not write. Where nothing else is written, a DEL of
-- nothing finds a replica.
local count, none, prefix = #KEYS - 1, KEYS[#KEYS], ARGV[#ARGV]
local clock = redis.call('TIME')
local now = tonumber(clock[1])
local answered = now
-- Heads of records, the last operation on each, and whether one is removed.
local heads, last, removes = {}, {}, false
-- Persons by their keys, what ended, what of it a node put back, and keys of who is erased.
local persons, told, back, erased = {}, {}, {}, {}

local function answer(text)
  local refused = redis.pcall('DEL', none)
  if type(refused) == 'table' and string.find(refused.err, 'READONLY') then
    return redis.error_reply('READONLY this is a replica')
  end
  return text .. ' ' .. answered
end

-- A row: 'first started sealed seen ended until', a line feed and the label.
local function parse(value)
  if not value then return false end
  local first, started, sealed, seen, ended, over, label =
    string.match(value, '^(%x+) (%d+) (%d+) (%d+) (%S+) (%d+)\n(.*)$')
  return first and { first = first, started = started, sealed = tonumber(sealed), seen = tonumber(seen),
    ended = tonumber(ended), over = tonumber(over), label = label }
end

local function written(row)
  return table.concat({ row.first, row.started, row.sealed, row.seen, row.ended or '-', row.over }, ' ')
    .. '\n' .. row.label
end

local function unknown(id, over)
  return { first = id, started = '0', sealed = 0, seen = 0, over = over, label = '' }
end

local function person(key)
  local it = persons[key]
  if not it then
    local kept = redis.call('HMGET', key, 'cut', 'over', 'sealed')
    it = { rows = {}, changed = {}, cut = tonumber(kept[1] or nil), over = tonumber(kept[2] or nil),
      sealed = tonumber(kept[3] or nil) or 0 }
    persons[key] = it
  end
  return it
end

local function row(key, id)
  local it = person(key)
  if it.rows[id] == nil then it.rows[id] = parse(redis.call('HGET', key, id)) end
  return it.rows[id]
end

-- All rows of a person.
local function rows(key)
  local it = person(key)
  if not it.whole then
    local all = redis.call('HGETALL', key)
    for i = 1, #all, 2 do
      if #all[i] == 32 and it.rows[all[i]] == nil then it.rows[all[i]] = parse(all[i + 1]) end
    end
    it.whole = true
  end
  return it.rows
end

-- True of what ended, in its row or as a node put it back.
local function has_ended(id, it)
  return it and it.ended and it.ended <= now or redis.call('EXISTS', prefix .. 'ended:' .. id) == 1
end

-- Ends a row at a time, unless it ends earlier.
local function finish(key, id, it, at)
  if it.ended and it.ended <= at then return end
  it.ended = at
  person(key).rows[id], person(key).changed[id] = it, true
  told[#told + 1] = 'e' .. id .. ' ' .. at .. ' ' .. it.over
end

local function cut(key, at, over)
  local it = person(key)
  it.cut, it.over, it.is_cut = at, math.max(it.over or 0, over), true
  told[#told + 1] = 'c' .. string.sub(key, -32) .. ' ' .. at .. ' ' .. it.over
end

local function cut_off(key, lifetime, at_least)
  local it = person(key)
  local at = math.max(now, at_least, it.sealed, it.cut and it.cut + 1 or 0)
  if at > now + 30 then return false end
  cut(key, at, now + lifetime)
  return true
end

local does = {}

-- 'id renewed sealed_at cuts_off started_at lifetime has_label', '', the label.
function does.enter(key, what, _, label)
  local id, was, sealed, cuts, started, lifetime, is_named =
    string.match(what, '^(%x+) (%S+) (%d+) (%S+) (%d+) (%d+) (%d)$')
  local it, over = person(key), now + lifetime
  local old = was ~= '-' and row(key, was)
  if was ~= '-' and (has_ended(was, old) or it.cut and it.cut >= tonumber(sealed)) then return false end
  if row(key, id) or has_ended(id) then return false end
  if cuts ~= '-' and not cut_off(key, tonumber(cuts), tonumber(sealed)) then return false end
  local at = math.max(now, tonumber(sealed), it.cut and it.cut + 1 or 0)
  if at > now + 30 then return false end
  local new = { first = old and old.first or was ~= '-' and was or id, started = started, sealed = at, seen = at,
    over = over, label = is_named == '1' and label or old and old.label or '' }
  if was ~= '-' then finish(key, was, old or unknown(was, over), now + 10) end
  it.rows[id], it.changed[id], it.sealed = new, true, math.max(it.sealed, at)
  answered = math.max(answered, at)
  return true
end

does['end'] = function(key, id, lifetime)
  local it = row(key, id)
  if not it then
    it = unknown(id, now + lifetime)
    finish(key, id, it, now)
  end
  for other, other_row in pairs(rows(key)) do
    if other_row and other_row.first == it.first then finish(key, other, other_row, now) end
  end
  return true
end

function does.end_first(key, first)
  local found, edge = false, person(key).cut or -1
  for id, it in pairs(rows(key)) do
    if it and it.first == first and it.sealed > edge and it.over > now and not has_ended(id, it) then
      finish(key, id, it, now)
      found = true
    end
  end
  return found
end

function does.cut_off(key, lifetime)
  return cut_off(key, tonumber(lifetime), 0)
end

function does.erase(key, lifetime)
  if not cut_off(key, tonumber(lifetime), 0) then return false end
  local it = person(key)
  for id in pairs(rows(key)) do it.rows[id], it.changed[id] = false, true end
  local set = prefix .. 'owned:' .. string.sub(key, -32)
  for _, record in ipairs(redis.call('SMEMBERS', set)) do
    local head = heads[record] or redis.call('GETRANGE', record, 0, 63)
    if string.match(head, '^1 %d+ (%S+)\n') == string.sub(key, -32) then
      heads[record], erased[#erased + 1] = '', record
    end
  end
  erased[#erased + 1] = set
  return true
end

function does.seen(key, id, ago)
  local it = row(key, id)
  if it and not has_ended(id, it) then
    it.seen, person(key).changed[id] = math.max(it.seen, now - ago), true
  end
  return true
end

function does.label(key, id, _, label)
  local it = row(key, id)
  if it and not has_ended(id, it) then it.label, person(key).changed[id] = label, true end
  return true
end

-- Lines 'e id at until' and 'c person at until'.
function does.put_back(_, _, _, lines)
  for kind, id, at, over in string.gmatch(lines, '(%a) (%x+) (%d+) (%d+)\n') do
    at, over = tonumber(at), tonumber(over)
    local key = prefix .. 'person:' .. id
    if kind == 'e' then
      if redis.call('EXISTS', prefix .. 'ended:' .. id) == 0 then
        told[#told + 1], back[id] = 'e' .. id .. ' ' .. at .. ' ' .. over, over
      end
    elseif (person(key).cut or -1) < at then
      cut(key, at, over)
    end
  end
  return true
end

-- Operations on records.
local function does_record(i)
  local key, kind, condition = KEYS[i], ARGV[4 * i - 3], ARGV[4 * i - 2]
  local head = heads[key] or redis.call('GETRANGE', key, 0, 63)
  local version, owner = string.match(head, '^1 (%d+) (%S+)\n')
  if head ~= '' and not version then return 'foreign ' .. (string.match(head, '^(%d+) ') or '-') end
  heads[key] = head
  if kind == 'remove' then
    if owner == condition then heads[key], last[key], removes = '', i, true end
  elseif kind == 'insert' and version or kind == 'replace' and version ~= condition then
    return 'conflict ' .. i - 1
  else
    heads[key], last[key] = string.sub(ARGV[4 * i], 1, 64), i
  end
end

for i = 1, count do
  local kind = ARGV[4 * i - 3]
  local refused
  if does[kind] then
    refused = not does[kind](KEYS[i], ARGV[4 * i - 2], ARGV[4 * i - 1], ARGV[4 * i]) and 'conflict ' .. i - 1
  else
    refused = does_record(i)
  end
  if refused then
    answered = now
    return answer(refused)
  end
end

-- What has a key lives as long as it says, and no shorter than it did.
local function outlives(key, seconds)
  if redis.call('TTL', key) < seconds then redis.call('EXPIRE', key, seconds) end
end

local is_done = false
-- Whatever is removed here, a user who may not remove is found before anything is written.
if removes or erased[1] then redis.call('DEL', none) end
for i = 1, count do
  local key = KEYS[i]
  if last[key] == i and ARGV[4 * i - 3] ~= 'remove' then
    redis.call('SET', key, ARGV[4 * i], 'EX', ARGV[4 * i - 1])
    local owner = string.match(heads[key], '^1 %d+ (%x+)\n')
    if owner then
      redis.call('SADD', prefix .. 'owned:' .. owner, key)
      outlives(prefix .. 'owned:' .. owner, tonumber(ARGV[4 * i - 1]))
    end
    is_done = true
  end
end
for key, it in pairs(persons) do
  local values, gone, over = {}, {}, it.is_cut and it.over or 0
  for id in pairs(it.changed) do
    local kept = it.rows[id]
    if kept then
      values[#values + 1], values[#values + 2], over = id, written(kept), math.max(over, kept.over)
    else
      gone[#gone + 1] = id
    end
  end
  if it.is_cut then
    for _, part in ipairs({ 'cut', it.cut, 'over', it.over }) do values[#values + 1] = part end
  end
  if values[1] then
    values[#values + 1], values[#values + 2] = 'sealed', it.sealed
    for i = 1, #values, 1000 do redis.call('HSET', key, unpack(values, i, math.min(i + 999, #values))) end
    outlives(key, over - now + 3600)
    is_done = true
  end
  for _, id in ipairs(gone) do redis.call('HDEL', key, id) end
  -- Now and then what is over goes, since the server forgets keys alone.
  if values[1] and redis.call('HLEN', key) % 64 == 0 then
    for id, kept in pairs(rows(key)) do
      if kept and kept.over + 3600 < now then redis.call('HDEL', key, id) end
    end
  end
end
if told[1] then
  local place = redis.call('INCRBY', prefix .. 'place', #told) - #told
  if place == 0 then redis.call('SET', prefix .. 'run', clock[1] .. '.' .. clock[2]) end
  for i, member in ipairs(told) do
    redis.call('ZADD', prefix .. 'feed', place + i, member)
  end
  -- Whose it was is not known: it has no row that says so.
  for id, over in pairs(back) do redis.call('SET', prefix .. 'ended:' .. id, '', 'EX', over + 3600 - now) end
  redis.call('PUBLISH', string.sub(prefix, 1, -2), '')
  is_done = true
end
for i = 1, count do
  if last[KEYS[i]] == i and ARGV[4 * i - 3] == 'remove' then
    redis.call('DEL', KEYS[i])
    is_done = true
  end
end
for i = 1, #erased do
  redis.call('DEL', erased[i])
  is_done = true
end
if is_done then return 'done 0 ' .. answered end
return answer('done 0')
