"""Words of headers in the languages in which federations publish: what each stands for, and what header means what.

A concept is a word of the events' identifiers (`men`, `relay`, `mass`), or the name of a kind of column (`noc`, `rank`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

LANGUAGES = ("en", "de", "fr", "it", "nl", "es", "pl", "hu", "ru", "zh", "ja", "ko")
"""The languages of `WORDS`, in the order of each of its lists; other words of a language follow after a comma."""

WORDS: dict[str, tuple[str, ...]] = {
    "men": (
        "men, mens, men's, man, male, males, boys, gents",
        "herren, männer, manner, maenner, jungen, männlich",
        "hommes, messieurs, masculin, homme",
        "uomini, maschi, maschile, maschili, uomo",
        "heren, mannen, man",
        "hombres, masculino, masculinos, varones, hombre",
        "mężczyźni, mężczyzn, panowie, męski",
        "férfi, férfiak",
        "мужчины, мужчин, мужской, мужская, муж, юноши",
        "男子, 男, 男性",
        "男子, 男",
        "남자, 남, 남성",
    ),
    "women": (
        "women, womens, women's, woman, ladies, ladies', lady, female, females, girls",
        "damen, frauen, mädchen, weiblich",
        "femmes, dames, féminin, féminines, femme",
        "donne, femmine, femminile, femminili, donna",
        "dames, vrouwen, vrouw",
        "mujeres, femenino, femeninos, damas, mujer",
        "kobiety, kobiet, panie, żeński",
        "női, nők, nő",
        "женщины, женщин, женский, женская, жен, девушки",
        "女子, 女, 女性",
        "女子, 女",
        "여자, 여, 여성",
    ),
    "mixed": (
        "mixed, mix", "gemischt, gemischte, mixed", "mixte, mixtes", "misto, mista, misti, miste", "gemengd, gemengde",
        "mixto, mixta, mixtos, mixtas", "mieszana, mieszany, mieszane, mieszanych", "vegyes",
        "смешанная, смешанные, смешанный, смешанная эстафета, микст", "混合", "混合, ミックス", "혼성, 혼합",
    ),
    "relay": (
        "relay, relays", "staffel, staffeln, staffellauf", "relais", "staffetta, staffette", "aflossing, estafette, relay",
        "relevo, relevos", "sztafeta, sztafety", "váltó", "эстафета, эстафеты", "接力", "リレー", "계주, 릴레이",
    ),
    "mass start": (
        "mass start, mass-start, massstart", "massenstart", "départ groupé, mass start, départ en masse",
        "partenza in linea, mass start", "massastart, massa start", "salida en grupo, salida masiva",
        "start masowy, bieg masowy, bieg ze startu wspólnego", "tömegrajt, tömegrajtos",
        "масс-старт, массстарт, масс старт, общий старт", "集体出发, 集體出發, 集体滑", "マススタート", "매스스타트, 매스 스타트",
    ),
    "team pursuit": (
        "team pursuit, team-pursuit, pursuit", "teamverfolgung, mannschaftsverfolgung, team-verfolgung, verfolgung",
        "poursuite par équipes, poursuite par équipe, poursuite", "inseguimento a squadre, inseguimento",
        "ploegenachtervolging, achtervolging", "persecución por equipos, persecución", "bieg drużynowy, wyścig drużynowy",
        "csapatüldözés, üldözéses", "командная гонка, командная гонка преследования, гонка преследования",
        "团体追逐, 團體追逐", "チームパシュート, パシュート, 団体追い抜き, 団体パシュート", "팀추월, 팀 추월",
    ),
    "pairs": (
        "pairs, pair skating", "paare, paarlauf", "couples, patinage en couple", "coppie, coppie di artistico", "paren, paarrijden",
        "parejas", "pary, pary sportowe", "páros, párosok", "пары, парное катание, спортивные пары", "双人滑, 雙人滑", "ペア", "페어",
    ),
    "ice dance": (
        "ice dance, ice dancing, dance", "eistanz, eistanzen", "danse sur glace, danse", "danza sul ghiaccio, danza",
        "ijsdansen", "danza sobre hielo, danza", "pary taneczne, taniec na lodzie", "jégtánc", "танцы на льду, танцы",
        "冰上舞蹈, 冰舞", "アイスダンス", "아이스댄스, 아이스 댄스",
    ),
    "team": (
        "team, teams", "mannschaft, mannschaften, team", "équipe, équipes", "squadra, squadre", "ploeg, ploegen, team", "equipo, equipos",
        "drużyna, drużyny, zespół", "csapat, csapatok", "команда, команды, сборная", "队, 队伍, 代表队, 團隊, 团体", "チーム, 団体", "팀, 단체",
    ),
    "sprint": ("sprint", "sprint", "sprint", "sprint", "sprint", "velocidad", "sprint", "sprint", "спринт", "短距离", "スプリント", "스프린트"),
    "individual": (
        "individual, singles, single", "einzel, einzeln, individuell", "individuel, individuelle, individuelles, simple", "individuale, individuali",
        "individueel, individuele", "individual, individuales", "indywidualnie, indywidualne", "egyéni",
        "индивидуальный, личные, личный, индивидуальные", "个人, 單人, 单人", "個人, 個人種目", "개인, 개인전",
    ),
    "noc": (
        "noc, nocs, nation, nations, country, countries, nat, nat., ctry, member, federation, state, national olympic committee, nation noc",
        "nation, nationen, nok, noks, land, länder, staat, verband, mannschaft",
        "nation, nations, pays, cno, fédération, délégation",
        "nazione, nazioni, paese, paesi, con, federazione, naz, naz.",
        "land, landen, natie, naties, noc, nationaliteit",
        "país, paises, países, nación, naciones, con, comité",
        "kraj, kraje, państwo, państwa, reprezentacja, narodowość, mkol, nkol",
        "nemzet, nemzetek, ország, országok, nob",
        "страна, страны, нок, государство, сборная, стр",
        "国家, 國家, 国家/地区, 国家或地区, 國家/地區, 国家地区, 代表团, 代表團, 奥委会, 地区, 国家奥委会",
        "国, 国名, 国・地域, 国/地域, 国または地域, 国/noc, ノック, 選手団, 国籍, nocs",
        "국가, 나라, 국가명, 국적, 국가올림픽위원회, 선수단",
    ),
    "code": (
        "code, ioc, ioc code, iso, iso code, noc code, nation code, country code, abbreviation, abbr", "kürzel, code, abkürzung, ländercode, landeskürzel, nok-code", "code, sigle",
        "codice, sigla", "code, afkorting, landcode", "código, codigo, siglas", "kod, skrót", "kód, rövidítés", "код, аббревиатура",
        "代码, 代碼, 编码", "コード, 略号", "코드, 약어",
    ),
    "athletes": (
        "athletes, athlete, quota, quotas, skaters, skater, competitors, quota places, quota place, athletes total, total athletes, total quota, participants, entries, # athletes, entrants, riders",
        "athleten, sportler, sportlerinnen, teilnehmer, läufer, aktive, athletinnen, quote, quoten, quotenplätze, quotenplatz, starter, kontingent",
        "athlètes, athlète, sportifs, patineurs, participants, quota, quotas, places de quota, concurrents",
        "atleti, atleta, pattinatori, partecipanti, quote, quota, concorrenti",
        "atleten, atleet, sporters, schaatsers, deelnemers, rijders, quota, quotaplaatsen, quotumplaatsen",
        "atletas, atleta, deportistas, patinadores, participantes, cuota, cuotas, plazas, cupo, cupos",
        "zawodnicy, sportowcy, zawodników, sportowców, łyżwiarze, kwota, miejsca kwotowe",
        "sportolók, sportoló, versenyzők, versenyző, kvóta, kvóták, indulók",
        "спортсмены, спортсменов, атлеты, участники, квота, квоты, лицензии, кол-во спортсменов",
        "运动员, 運動員, 选手, 名额, 配额, 參賽者, 运动员人数, 人数, 参赛人数",
        "選手, 選手数, 人数, 出場枠, 枠, 出場枠数, アスリート",
        "선수, 선수단 규모, 인원, 쿼터, 출전권, 선수 수, 출전 선수, 선수수",
    ),
    "total": (
        "total, totals, sum, overall, all, grand total, in all, tot, tot.", "gesamt, summe, insgesamt, total, zusammen, gesamtzahl", "total, totaux, somme, ensemble, au total",
        "totale, totali, somma, complessivo, tot", "totaal, totalen, som", "total, totales, suma, en total", "razem, suma, łącznie, ogółem, w sumie",
        "összesen, összes, össz, összeg, mindösszesen", "всего, итого, сумма, общее, итог", "总计, 合计, 总数, 共计, 總計, 合計, 总, 小计, 总和", "合計, 計, 総計, 小計, 総数", "합계, 총계, 총, 계, 전체, 총합",
    ),
    "rank": (
        "rank, ranking, ranks, pos, pos., position, positions, rk, rk., standing, wc rank, classification", "rang, platz, platzierung, pl., rg., position, stellung", "rang, place, classement, clt, position, rg",
        "posizione, pos, rango, class, classifica, piazzamento", "rang, plaats, positie, klassering, plek", "puesto, posición, pos, clasificación, lugar, rango", "miejsce, pozycja, m-ce, lokata, poz",
        "helyezés, hely, helyezések, rang", "место, ранг, позиция, мес", "排名, 名次, 位次, 顺位", "順位, 位", "순위, 등수, 등위",
    ),
    "number": (
        "no, no., number, #, nº, n°, nr, nr., row, bib, №", "nr, nr., nummer, lfd, lfd. nr., lfd nr, lfd.nr.", "n°, no, numéro, nº", "n., numero, n°", "nr, nr., nummer", "nº, n.º, núm, número, num", "lp, lp., nr, numer, l.p.", "sorszám, ssz, ssz., sz.",
        "№, № п/п, п/п, номер, n", "序号, 编号, 序號, 號", "番号, no", "번호, 연번",
    ),
    "points": (
        "points, pts, pts., point, score, wc points", "punkte, pkt, pkt., punktzahl", "points, pts", "punti, punteggio, pt, pti", "punten, ptn", "puntos, ptos, pts, puntuación", "punkty, pkt, punktów, pkt.", "pont, pontok, pontszám", "очки, баллы, очков", "积分, 分数, 積分, 得分", "ポイント, 得点, 点", "점수, 포인트, 점",
    ),
    "qualifier": ("qualifier, k, qualifier no", "qualifikant", "qualifié", "qualificato", "kwalificant", "clasificado", "kwalifikant", "kvalifikáló", "квалификант", "资格", "予選通過者", "자격"),
    "name": (
        "name, names, skater, athlete name, competitor, surname, family name, skaters, last name, full name", "name, namen, sportler, läufer, läuferin, athlet, athletin, nachname, sportler/in", "nom, noms, patineur, patineuse, prénom, athlète", "nome, cognome, atleta, nominativo", "naam, schaatser, rijder, namen",
        "nombre, apellido, patinador, deportista", "nazwisko, imię, zawodnik, imię i nazwisko, nazwisko i imię, zawodniczka", "név, versenyző, nevek", "имя, фамилия, спортсмен, спортсменка, фио, фамилия имя, участник, фамилия, имя", "姓名, 选手, 運動員姓名, 名字", "名前, 氏名, 選手名", "이름, 성명, 선수명",
    ),
    "time": ("time, result, times, finish time, final time", "zeit, ergebnis, zeiten, resultat", "temps, résultat, chrono", "tempo, risultato, tempi", "tijd, uitslag, resultaat, tijden", "tiempo, resultado, marca", "czas, wynik", "idő, eredmény", "время, результат", "时间, 成绩, 時間", "タイム, 記録", "시간, 기록, 결과"),
    "meet": ("meet, competition, world cup, venue, meeting", "wettkampf, wettbewerb ort, weltcup, veranstaltung", "compétition, coupe du monde, étape", "gara evento, coppa del mondo, competizione, tappa", "wedstrijd, wereldbeker, wereldcup, competitie", "competición, copa del mundo, competencia", "zawody, puchar świata", "verseny, világkupa", "соревнование, этап, кубок мира, турнир", "比赛, 赛事, 世界杯, 站", "大会, ワールドカップ, w杯", "대회, 월드컵"),
    "event": ("event, events, discipline, distance, race, distances", "wettbewerb, disziplin, strecke, distanz, bewerb", "épreuve, épreuves, discipline, distance", "gara, specialità, distanza, evento, disciplina", "onderdeel, afstand, discipline, afstanden", "prueba, evento, distancia, disciplina, pruebas", "konkurencja, dystans, dyscyplina", "szám, versenyszám, táv", "дисциплина, дистанция, вид, вид программы", "项目, 小项, 項目, 距离", "種目, 距離", "종목, 거리, 세부 종목, 세부종목"),
    "gender": ("gender, sex, category", "geschlecht, kategorie", "sexe, genre, catégorie", "sesso, genere, categoria", "geslacht, categorie", "sexo, género, categoría", "płeć, kategoria", "nem, neme", "пол, категория", "性别, 性別, 组别", "性別, 性別カテゴリ", "성별, 부문"),
    "places": (
        "places, start places, spots, slots, number of places, quota spots, berths, starters, start place, number", "startplätze, plätze, startplatz, anzahl, anzahl plätze", "places, nombre, nombre de places, dossards", "posti, pettorali, numero posti, posti gara", "plaatsen, startplaatsen, aantal, startplekken, startbewijzen", "plazas, cupos, lugares, número de plazas", "miejsca, miejsca startowe, liczba, liczba miejsc",
        "helyek, rajthelyek, helyek száma, darab", "места, количество мест, количество, стартовые места", "席位, 名额, 参赛名额, 数量", "枠, 出場枠, 枠数", "출전권, 출전권 수, 자리, 개수",
    ),
    "division": ("division, group", "division, gruppe", "division, groupe", "divisione, gruppo", "divisie, groep", "división, grupo", "dywizja, grupa", "divízió, csoport", "дивизион, группа", "组, 分组", "ディビジョン", "디비전"),
    "note": ("note, notes, remark, remarks, comment, comments, status, irm", "bemerkung, bemerkungen, anmerkung, hinweis", "remarque, remarques, note", "note, nota, osservazioni", "opmerking, opmerkingen", "nota, notas, observaciones", "uwagi, uwaga", "megjegyzés", "примечание, примечания", "备注, 注", "備考", "비고"),
    "date": ("date, day", "datum, tag", "date", "data", "datum", "fecha", "data", "dátum", "дата", "日期", "日付, 日", "날짜"),
}  # fmt: skip

METRES = frozenset({"m", "metre", "metres", "meter", "meters", "mètres", "metri", "metros", "metrów", "méter", "м", "метров", "米",
                    "公尺", "メートル", "미터", "mtr", "mts", "metrow"})  # fmt: skip
FILLERS = frozenset(
    ["the", "of", "for", "in", "on", "by", "and", "a", "an", "de", "des", "du", "la", "le", "les", "l", "d", "der", "die", "das", "den", "dem", "und", "im", "von", "für", "pro", "per", "et", "par", "di", "del", "della", "dei", "degli", "e", "van", "het", "een", "en", "voor", "y", "el", "los", "las", "w", "na", "i", "z", "az", "és", "is", "и", "в", "на", "по", "of", "each", "only", "各", "の", "의", "及", "与", "at", "total"]
) - {"total"}  # fmt: skip
"""Words that a header may have besides, without another meaning."""

LETTERS: tuple[tuple[str, str], ...] = (
    ("m", "w"), ("m", "f"), ("m", "l"), ("m", "d"), ("m", "v"), ("m", "k"), ("h", "d"), ("h", "f"), ("h", "v"), ("h", "m"),
    ("u", "d"), ("f", "n"), ("м", "ж"), ("g", "l"), ("b", "g"),
)  # fmt: skip
"""Single letters for men and women as headers pair them: men and women, male and female, men and ladies, messieurs and
dames, mannen and vrouwen, mężczyźni and kobiety, Herren and Damen, hommes and femmes, heren and vrouwen, hombres and
mujeres, uomini and donne, férfi and nők, мужчины and женщины."""


def plain_key(text: str) -> str:
    """Return a text in small letters, with straight apostrophes and each letter in one form."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("ʼ", "'")


def _bare(word: str) -> str:
    """A word without accents; letters of other scripts stay whole."""
    spread = "".join(c for c in unicodedata.normalize("NFD", word) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", spread)


def _key(text: str) -> str:
    """A word or phrase without the points of abbreviations and with one blank between words."""
    key = " ".join(plain_key(text).replace(".", " ").replace(":", " ").replace("-", " ").split())
    return key if len(key) > 1 else plain_key(text).strip()


@cache
def concepts() -> dict[str, frozenset[str]]:
    """Return every word or phrase in the form of `plain_key` -> the concepts that it may stand for.

    Words without their accents are in it as well, unless that makes them another word (nő, woman, is not no).
    """
    found: dict[str, set[str]] = {}
    for concept, languages in WORDS.items():
        for language in languages:
            for word in language.split(","):
                found.setdefault(_key(word), set()).add(concept)
    bare: dict[str, set[str]] = {}
    for word, names in found.items():
        if _bare(word) not in found:
            bare.setdefault(_bare(word), set()).update(names)
    return {word: frozenset(names) for word, names in (found | bare).items() if word}


@cache
def _longest() -> int:
    return max(len(word.split()) for word in concepts())


CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
LINKS = ("s", "n", "en", "er", "e")


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a header; `1,000m`, `1000 m` and `1.000 m` all begin with 1000, and 500m is 500 and m."""
    folded = plain_key(text[:500])
    joined = re.sub(r"(?<=\d)[,.\u2009\u202f' ](?=\d{3}(?!\d))", "", folded)
    return tuple(re.findall(r"\d+|[^\W\d_]+(?:'[^\W\d_]*)?|#|№", joined.replace("-", " ").replace("・", "")))


@lru_cache(maxsize=20_000)
def meanings(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the concepts and numbers that a header names, and the words of it that mean nothing here.

    A word that may stand for several concepts gives all of them.
    """
    words = list(tokens(text))
    whole = concepts().get(_key(text[:500]))
    if whole:
        return _split(whole), frozenset()
    found: set[str] = set()
    rest: set[str] = set()
    at = 0
    while at < len(words):
        for size in range(min(_longest(), len(words) - at), 0, -1):
            known = concepts().get(" ".join(words[at : at + size]))
            if known:
                found |= _split(known)
                at += size
                break
        else:
            word = words[at]
            parts = (word,) if word.isdigit() else _parts(word)
            if word.isdigit():
                found.add(str(int(word)) if len(word) < 10 else word)
            elif parts:
                for part in parts:
                    found |= _split(concepts().get(part, frozenset()))
            elif word not in METRES and word not in FILLERS:
                rest.add(word)
            at += 1
    return frozenset(found), frozenset(rest)


def _split(names: frozenset[str]) -> frozenset[str]:
    return frozenset(part for name in names for part in name.split())


def _parts(word: str) -> tuple[str, ...]:
    """The words of which one is put together: Herrenstaffel, 男子接力; none if some part of it is not known."""
    known = concepts()
    if CJK.search(word):
        parts: list[str] = []
        at = 0
        while at < len(word):
            size = next((n for n in range(len(word) - at, 0, -1) if word[at : at + n] in known), 0)
            if not size:
                skip = next((n for n in (3, 2, 4, 1) if word[at : at + n] in METRES | FILLERS), 0)
                if not skip:
                    return ()
                at += skip
                continue
            parts.append(word[at : at + size])
            at += size
        return tuple(parts)
    if len(word) > 40:
        return ()
    for cut in range(3, len(word) - 2):
        front, back = word[:cut], word[cut:]
        if back in known and (front in known or any(front.removesuffix(link) in known for link in LINKS)):
            fronts = (front, *(front.removesuffix(link) for link in LINKS))
            return next(part for part in fronts if part in known), back
    return ()


def letters_for_genders(headers: tuple[str, ...]) -> dict[str, str]:
    """Return letter -> gender, where headers tell men and women by single letters; nothing if none or several pairs fit.

    An m right behind a number is metres, unless the headers have a letter for women there too.
    """
    seen: set[str] = set()
    for header in headers:
        for word in tokens(header):
            if len(word) == 1 and word.isalpha():
                seen.add(word)
    behind = {
        word
        for header in headers
        for before, word in zip(tokens(header), tokens(header)[1:], strict=False)
        if before.isdigit() and word in ("m", "м")
    }
    pairs = [pair for pair in LETTERS if set(pair) <= seen]
    if len(pairs) > 1 and behind:
        alone = {
            word
            for header in headers
            for before, word in zip(("", *tokens(header)), tokens(header), strict=False)
            if not before.isdigit() and len(word) == 1
        }
        pairs = [pair for pair in LETTERS if set(pair) <= alone]
    if len(pairs) != 1:
        return {}
    return {pairs[0][0]: "men", pairs[0][1]: "women"}
