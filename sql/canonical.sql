-- source: canonical forms. What is right is written from the Unicode Standard: UnicodeData, CaseFolding (C and F), chapter 3.11 and 3.12.
SET search_path = public, lead_roi_internal;

CREATE TABLE sample (n integer GENERATED ALWAYS AS IDENTITY, what text, original text, "right" text);
INSERT INTO sample (what, original, "right") VALUES
    ('nothing', '', ''),
    ('blanks alone', E' \t\n\u00A0\u3000 ', ''),
    ('what can''t be seen alone', E'\u200B\u00AD\uFEFF\x01', ''),
    ('ASCII', 'Spring_Sale 2024 @[`{~', 'spring_sale 2024 @[`{~'),
    ('every blank of ASCII', E'\t a\tb\nc\x0Bd\fe\rf  g \n', 'a b c d e f g'),
    ('controls of ASCII', E'\x01a\x1Bb\x1C\x1F\x7Fc', 'abc'),
    ('controls between blanks', E'a \x01 b', 'a b'),
    ('blanks of Unicode', E'\u2003a\u0085b\u00A0c\u1680d\u2000e\u200Af\u2028g\u2029h\u202Fi\u205Fj\u3000k\u00A0 ', 'a b c d e f g h i j k'),
    ('controls of Unicode', E'a\u0080\u0084\u0086\u009Fb', 'ab'),
    ('eszett, small and capital', E'Stra\u00DFe STRA\u1E9EE', 'strasse strasse'),
    ('final sigma', E'\u039F\u03B4\u03CC\u03C2 \u039F\u0394\u039F\u03A3', E'\u03BF\u03B4\u03CC\u03C3 \u03BF\u03B4\u03BF\u03C3'),
    ('Turkish I with dot', E'T\u0130KTOK', E'ti\u0307ktok'),
    ('Turkish i without dot', E't\u0131kI', E't\u0131ki'),
    ('full width', E'\uFF27\uFF4F\uFF4F\uFF47\uFF4C\uFF45\uFF11', 'google1'),
    ('ligatures', E'\uFB01\uFB00\uFB03\uFB06', 'fiffffist'),
    ('digraphs', E'\u01C4\u01C5\u0132', E'd\u017Ed\u017Eij'),
    ('superscripts and fractions', E'm\u00B2 \u00BD', E'm2 1\u20442'),
    ('signs that are words', E'\u2122 \u2116 \u33A5 \u2026', 'tm no m3 ...'),
    ('katakana of half width', E'\uFF8A\uFF9D\uFF76\uFF78', E'\u30CF\u30F3\u30AB\u30AF'),
    ('and its voiced mark', E'\uFF76\uFF9E\uFF8A\uFF9F', E'\u30AC\u30D1'),
    ('soft hyphen', E'news\u00ADletter', 'newsletter'),
    ('zero width', E'\uFEFFa\u200Bb\u200Cc\u200Dd\u2060e\u2066f\u202Eg\u180Eh', 'abcdefgh'),
    ('variation selectors and tags', E'\u2764\uFE0F \u8FBB\U000E0100 \U000E0041', E'\u2764 \u8FBB'),
    ('fillers of Hangul', E'\u115F\u1160\u3164\uFFA0', ''),
    ('what can''t be seen between blanks', E'a \u200B b', 'a b'),
    ('a phrase in one character', E'\uFDFA', E'\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645'),
    ('signs of separation', E'a\uFF0Fb \u2100 \u2105 \uFF02', 'a/b a/c c/o "'),
    ('a space that comes of a sign', E'\u00A8a\u00A8', E'\u0308a \u0308'),
    ('composition', E'Cafe\u0301 CAF\u00C9', E'caf\u00E9 caf\u00E9'),
    ('marks in another order', E'q\u0307\u0323 q\u0323\u0307', E'q\u0323\u0307 q\u0323\u0307'),
    ('a mark that joins across another', E'a\u0323\u0302 a\u0302\u0323 \u00E2\u0323', E'\u1EAD \u1EAD \u1EAD'),
    ('a mark that is held off', E'a\u0313\u0301', E'a\u0313\u0301'),
    ('a mark that something removed holds off', E'a\u034F\u0301', E'\u00E1'),
    ('marks after something removed', E'a\u0302\u200D\u0323', E'\u1EAD'),
    ('singletons', E'\u212B \u2126 \u212A', E'\u00E5 \u03C9 k'),
    ('excluded from composition', E'\u0958 \u2ADC \uFB2A', E'\u0915\u093C \u2ADD\u0338 \u05E9\u05C1'),
    ('iota below', E'\u1FB3 \u1FBC \u03B1\u0345', E'\u03B1\u03B9 \u03B1\u03B9 \u03B1\u03B9'),
    ('iota below before another mark', E'\u03B1\u0345\u0301 \u1FB3\u0301', E'\u03AC\u03B9 \u03AC\u03B9'),
    ('iota below before another mark, held off', E'\u03B1\u0345\u034F\u0308', E'\u03B1\u03CA'),
    ('iota below alone', E'\u0345 \u0345', E'\u03B9 \u03B9'),
    ('folding after compatibility', E'\u03D2 \u1D2C \U0001D400', E'\u03C5 a a'),
    ('Cherokee folds to capitals', E'\uAB70\u13A0', E'\u13A0\u13A0'),
    ('Hangul of two and of three', E'\u1112\u1161\u11AB\u1100\u1173\u11AF \u1100\u1161', E'\uD55C\uAE00 \uAC00'),
    ('Hangul that is composed in part', E'\uAC00\u11A8 \uAC01', E'\uAC01 \uAC01'),
    ('Hangul that is complete', E'\uAC01\u11A8 \uAC00\u11A7 \u1100\u1100\u1161', E'\uAC01\u11A8 \uAC00\u11A7 \u1100\uAC00'),
    ('Hangul for compatibility', E'\u3131\u314F \uFFA1\uFFC2', E'\uAC00 \uAC00'),
    ('two starters that compose', E'\u09C7\u09BE \u0B92\u0BD7', E'\u09CB \u0B94'),
    ('above 65535', E'\U00010400 \U0001F150 \U000110A5\U000110BA \U0002F800', E'\U00010428 \U0001F150 \U000110AB \u4E3D'),
    ('as old as Unicode 16 and 17', E'\uA7CB \U00010D50 \U00016EA0', E'\u0264 \U00010D70 \U00016EBB'),
    ('not given to any character', E'\u0378 \U0003FFFF \U0010FFFF \uE000', E'\u0378 \U0003FFFF \U0010FFFF \uE000');

SELECT what, canonical(original) AS canonical FROM sample WHERE what = 'nothing';

-- What comes out otherwise, and what changes when it is made canonical once more.
SELECT what, convert_to("right", 'UTF8') AS "right", convert_to(canonical(original), 'UTF8') AS canonical
FROM sample WHERE canonical(original) IS DISTINCT FROM "right" ORDER BY n;
SELECT what, convert_to(canonical(canonical("right")), 'UTF8') AS "not the same again"
FROM sample WHERE canonical("right") IS DISTINCT FROM "right" ORDER BY n;
SELECT count(*) > 40 AS "there are samples" FROM sample;

-- NULL has none.
SELECT canonical(NULL) IS NULL AS is_null;

-- More marks of a letter than there is room for at first, of three kinds in turn: sorted by class, those of one class in the order they had. Few
-- are sorted in another way than many.
SELECT n, canonical('q' || repeat(E'\u0301\u0316\u0302', n)) = 'q' || repeat(E'\u0316', n) || repeat(E'\u0301\u0302', n) AS marks,
       canonical('a' || repeat(E'\u0301\u0316\u0302', n)) = E'\u00E1' || repeat(E'\u0316', n) || E'\u0302' || repeat(E'\u0301\u0302', n - 1) AS "one composes"
FROM unnest(ARRAY[1, 10, 11, 16, 17, 21, 22, 32, 33, 1000]) AS n;
