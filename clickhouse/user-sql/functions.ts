/**
 * What a query may call. Everything here depends on its arguments alone: nothing reads files, settings, dictionaries,
 * other tables or the server's state, nothing waits, throws on purpose or takes a function's name as text. What gives
 * another answer at another time (`now`, `rand`, generated ids) is left out, because a run may be repeated.
 */
export type FunctionKind = 'plain' | 'aggregate' | 'window';

const words = (text: string): string[] => text.trim().split(/\s+/);

const PLAIN = words(`
  plus minus multiply divide divideDecimal multiplyDecimal intDiv intDivOrZero modulo moduloOrZero positiveModulo negate
  abs gcd lcm max2 min2 isFinite isInfinite isNaN ifNotFinite
  equals notEquals less greater lessOrEquals greaterOrEquals isDistinctFrom isNotDistinctFrom
  and or not xor if multiIf greatest least coalesce ifNull nullIf isNull isNotNull isZeroOrNull assumeNotNull toNullable
  exp exp2 exp10 log log2 log10 log1p sqrt cbrt pow sign sin cos tan asin acos atan atan2 sinh cosh tanh hypot pi e degrees
  radians erf sigmoid widthBucket floor ceil round roundBankers trunc roundDown roundToExp2 roundAge roundDuration
  bitAnd bitOr bitXor bitNot bitShiftLeft bitShiftRight bitTest bitCount bitHammingDistance
  length lengthUTF8 empty notEmpty lower upper lowerUTF8 upperUTF8 reverse reverseUTF8 concat concatWithSeparator format
  substring substringUTF8 substringIndex left right leftUTF8 rightUTF8 leftPad rightPad leftPadUTF8 rightPadUTF8
  trimBoth trimLeft trimRight appendTrailingCharIfAbsent startsWith endsWith startsWithUTF8 endsWithUTF8 ascii char
  initcap initcapUTF8 soundex firstLine basename isValidUTF8 toValidUTF8 isValidASCII normalizeUTF8NFC normalizeUTF8NFD
  normalizeUTF8NFKC normalizeUTF8NFKD caseFoldUTF8 removeDiacriticsUTF8 editDistance editDistanceUTF8 jaroSimilarity
  jaroWinklerSimilarity damerauLevenshteinDistance stringJaccardIndex ngramDistance ngramSearch
  position positionUTF8 positionCaseInsensitive positionCaseInsensitiveUTF8 locate like ilike notLike notILike match extract extractAll
  extractGroups extractAllGroupsHorizontal extractAllGroupsVertical regexpExtract countMatches countSubstrings countSubstringsCaseInsensitive
  multiSearchAny multiSearchAnyCaseInsensitive multiSearchFirstIndex multiSearchFirstPosition multiSearchAllPositions
  hasToken hasTokenCaseInsensitive hasSubsequence replaceAll replaceOne replaceRegexpAll replaceRegexpOne translate translateUTF8
  splitByChar splitByString splitByRegexp splitByWhitespace splitByNonAlpha alphaTokens arrayStringConcat
  hex unhex bin unbin base64Encode base64Decode tryBase64Decode base64URLEncode base64URLDecode base58Encode base58Decode
  encodeURLComponent decodeURLComponent decodeURLFormComponent encodeXMLComponent decodeXMLComponent decodeHTMLComponent
  CRC32 MD5 SHA1 SHA256 SHA512 cityHash64 sipHash64 sipHash128 xxHash32 xxHash64 xxh3 farmHash64 murmurHash2_32 murmurHash2_64
  murmurHash3_32 murmurHash3_64 murmurHash3_128 intHash32 intHash64 halfMD5 javaHash jumpConsistentHash metroHash64
  domain domainWithoutWWW topLevelDomain firstSignificantSubdomain cutToFirstSignificantSubdomain protocol path pathFull
  queryString fragment port netloc extractURLParameter extractURLParameters extractURLParameterNames cutURLParameter
  cutQueryString cutFragment cutQueryStringAndFragment cutWWW URLHierarchy URLPathHierarchy
  isIPv4String isIPv6String isIPAddressInRange IPv4NumToString IPv4StringToNum IPv6NumToString IPv6StringToNum
  IPv4CIDRToRange IPv6CIDRToRange IPv4ToIPv6 toIPv4 toIPv6 toIPv4OrNull toIPv6OrNull
  JSONHas JSONLength JSONType JSONKey JSONExtract JSONExtractString JSONExtractInt JSONExtractUInt JSONExtractFloat
  JSONExtractBool JSONExtractRaw JSONExtractArrayRaw JSONExtractKeys JSONExtractKeysAndValues JSONExtractKeysAndValuesRaw
  JSONArrayLength isValidJSON toJSONString simpleJSONHas simpleJSONExtractString simpleJSONExtractInt simpleJSONExtractUInt
  simpleJSONExtractFloat simpleJSONExtractBool simpleJSONExtractRaw JSON_VALUE JSON_QUERY JSON_EXISTS
  array arrayElement arrayElementOrNull arrayConcat arrayMap arrayFilter arrayExists arrayAll arrayCount arraySum arrayAvg
  arrayMin arrayMax arrayProduct arrayFirst arrayFirstIndex arrayLast arrayLastIndex arrayFirstOrNull arrayLastOrNull arrayFold
  arraySort arrayReverseSort arrayPartialSort arrayReverse arrayDistinct arrayUniq arrayIntersect arrayUnion arrayExcept
  arrayFlatten arrayCompact arrayZip arraySlice arrayPushBack arrayPushFront arrayPopBack arrayPopFront arrayJoin
  arrayEnumerate arrayEnumerateUniq arrayEnumerateDense arrayDifference arrayCumSum arrayCumSumNonNegative arraySplit
  arrayReverseSplit arrayFill arrayReverseFill arrayRotateLeft arrayRotateRight arrayShiftLeft arrayShiftRight arrayDotProduct
  arrayJaccardIndex arrayShingles has hasAll hasAny hasSubstr indexOf countEqual range
  map mapFromArrays mapKeys mapValues mapContainsKey mapApply mapFilter mapExists mapAll mapAdd mapSubtract mapUpdate mapConcat mapSort
  tuple tupleElement tupleConcat dotProduct L1Distance L2Distance cosineDistance L2Norm
  extractKeyValuePairs transform in notIn
  CAST accurateCastOrNull toString toFixedString toUUID toUUIDOrNull toUUIDOrZero toBool toTypeName toLowCardinality
  toDate toDateOrNull toDateOrZero toDate32 toDate32OrNull toDateTime toDateTimeOrNull toDateTimeOrZero toDateTime64
  toDateTime64OrNull toDateTime64OrZero parseDateTime parseDateTimeOrNull parseDateTimeBestEffort parseDateTimeBestEffortOrNull parseDateTimeBestEffortOrZero
  parseDateTime64BestEffort parseDateTime64BestEffortOrNull parseDateTime64BestEffortOrZero fromUnixTimestamp
  fromUnixTimestamp64Second fromUnixTimestamp64Milli fromUnixTimestamp64Micro fromUnixTimestamp64Nano toUnixTimestamp
  toUnixTimestamp64Second toUnixTimestamp64Milli toUnixTimestamp64Micro toUnixTimestamp64Nano
  toDecimal32 toDecimal64 toDecimal128 toDecimal256 toDecimal32OrNull toDecimal64OrNull toDecimal128OrNull toDecimalString
  toYear toQuarter toMonth toWeek toISOYear toISOWeek toDayOfYear toDayOfMonth toDayOfWeek toHour toMinute toSecond
  toMillisecond toMicrosecond toYearWeek toYYYYMM toYYYYMMDD toYYYYMMDDhhmmss toMonday toLastDayOfMonth toLastDayOfWeek
  toStartOfYear toStartOfISOYear toStartOfQuarter toStartOfMonth toStartOfWeek toStartOfDay toStartOfHour toStartOfMinute
  toStartOfSecond toStartOfMillisecond toStartOfFiveMinutes toStartOfTenMinutes toStartOfFifteenMinutes toStartOfInterval
  toTimezone timezoneOf timezoneOffset toUTCTimestamp fromUTCTimestamp makeDate makeDateTime makeDateTime64 dateDiff dateTrunc
  dateName monthName formatDateTime age timeSlot timeSlots toRelativeDayNum toRelativeHourNum toRelativeMinuteNum toRelativeMonthNum
  toRelativeWeekNum toRelativeYearNum toDaysInMonth addYears addQuarters addMonths addWeeks addDays addHours addMinutes
  addSeconds addMilliseconds addMicroseconds subtractYears subtractQuarters subtractMonths subtractWeeks subtractDays
  subtractHours subtractMinutes subtractSeconds subtractMilliseconds subtractMicroseconds
  toIntervalYear toIntervalQuarter toIntervalMonth toIntervalWeek toIntervalDay toIntervalHour toIntervalMinute toIntervalSecond
  toIntervalMillisecond toIntervalMicrosecond UUIDv7ToDateTime formatReadableSize formatReadableQuantity formatReadableTimeDelta
  greatCircleDistance geoDistance geohashEncode geohashDecode pointInPolygon
`);

const NUMBERS = ['Int8', 'Int16', 'Int32', 'Int64', 'Int128', 'Int256', 'Float32', 'Float64'];
const CONVERSIONS = [...NUMBERS, ...NUMBERS.filter((name) => name.startsWith('Int')).map((name) => `U${name}`)].flatMap(
  (name) => ['', 'OrNull', 'OrZero', 'OrDefault'].map((end) => `to${name}${end}`),
);

const AGGREGATE = words(`
  count sum sumWithOverflow sumKahan avg avgWeighted min max any anyLast anyHeavy argMin argMax singleValueOrNull
  uniq uniqExact uniqCombined uniqCombined64 uniqHLL12 uniqUpTo quantile quantiles quantileExact quantilesExact quantileExactLow
  quantileExactHigh quantileExactWeighted quantileTDigest quantilesTDigest quantileTDigestWeighted quantileTiming quantilesTiming
  quantileDeterministic quantileInterpolatedWeighted quantileBFloat16 quantileDD quantileGK median medianExact
  stddevPop stddevSamp varPop varSamp covarPop covarSamp corr skewPop skewSamp kurtPop kurtSamp entropy
  groupArray groupUniqArray groupArrayLast groupArraySorted groupArrayMovingSum groupArrayMovingAvg groupConcat
  groupBitAnd groupBitOr groupBitXor topK topKWeighted sumCount deltaSum deltaSumTimestamp
  boundingRatio histogram retention sequenceMatch sequenceCount windowFunnel simpleLinearRegression rankCorr
  intervalLengthSum maxIntersections exponentialMovingAverage
`);
/** Only with OVER. */
const WINDOW = words(
  'row_number rank denseRank percentRank cumeDist ntile lag lead lagInFrame leadInFrame first_value last_value nth_value',
);
const COMBINATORS = ['If', 'OrNull', 'OrDefault', 'Array', 'Distinct'];

/** Spellings of standard SQL and of older versions. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(Object.entries({
  substr: 'substring', mid: 'substring', trim: 'trimBoth', ltrim: 'trimLeft', rtrim: 'trimRight', replace: 'replaceAll',
  lcase: 'lower', ucase: 'upper', char_length: 'lengthUTF8', character_length: 'lengthUTF8', lpad: 'leftPad', rpad: 'rightPad',
  concat_ws: 'concatWithSeparator', ceiling: 'ceil', truncate: 'trunc', power: 'pow', mod: 'modulo', ln: 'log',
  date_diff: 'dateDiff', datediff: 'dateDiff', date_trunc: 'dateTrunc', date_format: 'formatDateTime', from_unixtime: 'fromUnixTimestamp',
  year: 'toYear', month: 'toMonth', day: 'toDayOfMonth', hour: 'toHour', minute: 'toMinute', second: 'toSecond', quarter: 'toQuarter', week: 'toWeek',
  dayofmonth: 'toDayOfMonth', dayofweek: 'toDayOfWeek', dayofyear: 'toDayOfYear', last_day: 'toLastDayOfMonth', totimezone: 'toTimezone',
  any_value: 'any', array_agg: 'groupArray', string_agg: 'groupConcat', group_concat: 'groupConcat', stddev: 'stddevSamp', std: 'stddevPop',
  stddev_pop: 'stddevPop', stddev_samp: 'stddevSamp', var_pop: 'varPop', var_samp: 'varSamp', min_by: 'argMin', max_by: 'argMax',
  dense_rank: 'denseRank', percent_rank: 'percentRank', cume_dist: 'cumeDist', mapcontains: 'mapContainsKey', regexp_replace: 'replaceRegexpAll',
  visitparamextractstring: 'simpleJSONExtractString', visitparamextractint: 'simpleJSONExtractInt', visitparamhas: 'simpleJSONHas',
})); // prettier-ignore

/** The engine spells the others as the list does. */
const ENGINE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    percentRank: 'percent_rank',
    cumeDist: 'cume_dist',
    denseRank: 'dense_rank',
  }),
);

export interface AllowedFunction {
  /** As it is written to the engine. */
  name: string;
  kind: FunctionKind;
}

const ALLOWED = new Map<string, AllowedFunction>();
const allow = (names: readonly string[], kind: FunctionKind): void => {
  for (const name of names) {
    ALLOWED.set(name.toLowerCase(), { name: ENGINE_NAMES.get(name) ?? name, kind });
  }
};
allow([...PLAIN, ...CONVERSIONS], 'plain');
allow(AGGREGATE, 'aggregate');
allow(WINDOW, 'window');

/** Every function that a query may reach, without combinators; a test asks the engine for each. */
export function allowedFunctions(): AllowedFunction[] {
  return [...ALLOWED.values()];
}

/** The function of this name, however it is capitalised; undefined when it is not allowed. */
export function findFunction(written: string): AllowedFunction | undefined {
  const lower = written.toLowerCase();
  return ALLOWED.get(SYNONYMS.get(lower)?.toLowerCase() ?? lower) ?? combined(lower);
}

/** `sumIf`, `uniqExactIfOrNull`: an aggregate with up to three combinators. */
function combined(lower: string): AllowedFunction | undefined {
  let base = lower;
  let ending = '';
  for (let step = 0; step < 3; step += 1) {
    const combinator = COMBINATORS.find((name) => base.endsWith(name.toLowerCase()));
    if (combinator === undefined) {
      return undefined;
    }
    base = base.slice(0, -combinator.length);
    ending = `${combinator}${ending}`;
    const found = ALLOWED.get(SYNONYMS.get(base)?.toLowerCase() ?? base);
    if (found?.kind === 'aggregate') {
      return { name: `${found.name}${ending}`, kind: 'aggregate' };
    }
  }
  return undefined;
}
