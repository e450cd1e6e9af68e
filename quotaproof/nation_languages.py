"""Names of NOCs in the languages in which federations and papers write them.

Countries come from Unicode's Common Locale Data Repository (library babel). What it lacks stands here: the names that
results use instead (Great Britain for the United Kingdom), short names, and those of neutral teams.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from quotaproof.extras import library

LANGUAGES = (
    "en", "de", "fr", "it", "nl", "es", "pl", "hu", "ru", "zh", "zh_Hant", "ja", "ko", "pt", "cs", "sk", "sv", "nb", "da",
    "fi", "uk", "ro", "bg", "hr", "sl", "sr", "et", "lv", "lt", "be", "kk", "tr", "el",
)  # fmt: skip
"""In the order in which they count where a name means two countries: the first language that has it decides nothing, the
name is then unknown, unless English has it."""

FURTHER = {
    "GBR": "Großbritannien; Grande-Bretagne; Gran Bretagna; Groot-Brittannië; Gran Bretaña; Nagy-Britannia; Grã-Bretanha; "
    "Velká Británie; Veľká Británia; 大不列颠; 大不列顛; Reino Unido",
    "USA": "США; EE. UU.; EEUU; 米国; アメリカ; Verenigde Staten van Amerika; VS; Stati Uniti d'America; "
    "Vereinigte Staaten von Amerika; États-Unis d'Amérique; USA; ABD; 美国",
    "KOR": "Südkorea; Republik Korea; République de Corée; Corea; Republiek Korea; Zuid-Korea; Республика Корея; Южная Корея; "
    "Корея; 한국; 南朝鲜; Republika Korei; Coreia; Koreai Köztársaság",
    "PRK": "Nordkorea; Corée du Nord; Corea del Nord; Северная Корея; КНДР; 朝鲜; 朝鮮; 북한; Észak-Korea; Korea Północna",
    "HKG": "Hongkong; Hong-Kong; 香港; 中国香港; 中國香港; 홍콩; Гонконг; Hongkong, China; Hong Kong (China)",
    "TPE": "Chinesisch Taipeh; Chinesisches Taipeh; Taipei chinois; Taipei Cinese; Taipei cinese; China Taipei; Chinees Taipei; "
    "Chińskie Tajpej; Kínai Tajpej; Китайский Тайбэй; 中华台北; 中華台北; 中国台北; チャイニーズタイペイ; "
    "チャイニーズ・タイペイ; 차이니스 타이베이; 중화 타이베이",
    "CHN": "VR China; Volksrepublik China; RP Chine; République populaire de Chine; RP Cina; Китай; КНР; 中国; 中國; 중국",
    "CZE": "Tschechische Republik; République tchèque; Repubblica Ceca; Tsjechische Republiek; República Checa; Чешская Республика",
    "NED": "Holland; Hollande; Olanda; Holanda; Hollandia; Голландия; オランダ; 네덜란드",
    "RUS": "Russische Föderation; Fédération de Russie; Федерация России; Российская Федерация; РФ",
    "ROC": "ROC; Russisches Olympisches Komitee; Comité olympique russe; Comitato Olimpico Russo; Russisch Olympisch Comité; "
    "Comité Olímpico Ruso; Rosyjski Komitet Olimpijski; Orosz Olimpiai Bizottság; Олимпийский комитет России; ОКР; "
    "俄罗斯奥委会; 俄羅斯奧委會; 러시아 올림픽 위원회; Российский олимпийский комитет",
    "OAR": "Olympische Athleten aus Russland; Athlètes olympiques de Russie; Athlètes olympiques russes; "
    "Atleti Olimpici dalla Russia; Atleti Olimpici Russi; Olympische Atleten uit Rusland; Atletas Olímpicos de Rusia; "
    "Olimpijczycy z Rosji; Oroszországi Olimpiai Sportolók; Олимпийские спортсмены из России; Олимпийские атлеты из России; "
    "俄罗斯奥林匹克运动员; 러시아 출신 올림픽 선수",
    "AIN": "Individuelle Neutrale Athleten; Neutrale Athleten; Athlètes individuels neutres; Athlètes neutres; "
    "Atleti Individuali Neutrali; Atleti neutrali; Individuele Neutrale Atleten; Atletas Individuales Neutrales; "
    "Neutralni Sportowcy Indywidualni; Independent Neutral Athletes; Individual Neutral Athlete; "
    "Индивидуальные нейтральные спортсмены; Нейтральные спортсмены; 个人中立运动员; 個人資格の中立選手; 개인중립선수",
    "SVK": "Slowakische Republik; République slovaque; Slovacchia",
    "BLR": "Weißrussland; Biélorussie; Bielorussia; Wit-Rusland; Bielorrusia; Белоруссия",
    "MKD": "Mazedonien; Nordmazedonien; Macédoine; Macedonia del Nord; Македония",
    "MDA": "Moldawien; Moldova; Moldavie; Молдавия",
    "KOS": "Kosovo; Косово; 科索沃; コソボ; 코소보",
    "BIH": "Bosnien-Herzegowina; Bosnien u. Herzegowina; Bosnie et Herzégovine; Bosnia-Herzegovina; Bosnia & Herzegovina; "
    "Bosnia; Bośnia",
    "TUR": "Türkei; Turquie; Turchia; Turquía",
    "ISV": "US-Jungferninseln; U.S. Virgin Islands; United States Virgin Islands",
    "UAE": "VAE; EAU; ОАЭ; Emirates",
    "RSA": "Südafrika; RSA; ЮАР",
    "COR": "Unified Korea; Vereintes Korea; Corée unifiée; Corea Unita; 코리아; 남북 단일팀",
}
"""IOC code -> further names, with semicolons between them."""


@cache
def territories() -> tuple[tuple[str, str, str], ...]:
    """Return (language, ISO 3166 code of two letters, name) of every country in every language.

    Raises
    ------
    InputError
        If babel is not installed.
    """
    locale = library("babel", "import").Locale
    return tuple(
        (language, code, name)
        for language in LANGUAGES
        for code, name in sorted(locale.parse(language).territories.items())
        if len(code) == 2 and code.isalpha()
    )


def names_in_languages(code_of: Callable[[str], str | None], key: Callable[[str], str]) -> dict[str, str]:
    """Return every name in the form of `key` -> IOC code; a name that means two NOCs has none.

    Parameters
    ----------
    code_of
        The IOC code of a country by its code of two letters, None if it has no NOC.
    """
    found: dict[str, set[str]] = {}
    english: dict[str, str] = {}
    for language, two, name in territories():
        code = code_of(two)
        if code is not None:
            for text in {name, name.partition(" (")[0]}:
                found.setdefault(key(text), set()).add(code)
                if language == "en":
                    english[key(text)] = code
    for code, names in FURTHER.items():
        for name in names.split(";"):
            found[key(name)] = {code}
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1} | english
