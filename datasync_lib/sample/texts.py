"""Believable titles, authors and publishers, in Latin and six other scripts. All of them are made up."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """What a title page says. The `script_` texts are the same in the original script, for 880 fields."""

    title: str
    subtitle: str
    author: str
    place: str
    publisher: str
    year: int
    language: str
    country: str
    subject: str
    class_letters: str
    script: str = ""
    script_title: str = ""
    script_author: str = ""
    script_publisher: str = ""


_SURNAMES = (
    "Abernathy Almeida Arkwright Baptiste Bellweather Brandt Castellan Chowdhury Corrigan Dalgaard Delacroix Dunmore "
    "Eriksen Falkner Ferreira Gallagher Grünwald Haverford Hollis Ibarra Jankowska Kessler Lindqvist Lockhart Marchetti "
    "Mbeki Montrose Nakagawa Novák Oyelaran Pemberton Petrescu Quiñones Radcliffe Rosendahl Santoro Sørensen Thackeray "
    "Tremblay Ueda Vandermeer Villanueva Whitcombe Wójcik Yarrow Zimmermann"
).split()
_FORENAMES = (
    "Ada Agnes Anselm Beatrice Björn Carmen Cedric Clara Daniel Edith Elena Felix Frida Gideon Greta Harriet Hugo Ines "
    "Irène Jonas Judith Karim Laura Leopold Lydia Magnus Marta Miriam Nadia Nils Olga Oscar Paula Piotr Ramona René Ruth "
    "Samuel Selma Theodor Ursula Victor Wanda Yusuf Zoë"
).split()
_TOPICS = (
    ("history", "History", "D"), ("bridges", "Bridges", "TG"), ("contract law", "Contracts", "K"),
    ("rivers", "Rivers", "GB"), ("folk songs", "Folk songs", "M"), ("orchards", "Orchards", "SB"),
    ("surgery", "Surgery", "RD"), ("lighthouses", "Lighthouses", "VK"), ("printing", "Printing", "Z"),
    ("botany", "Botany", "QK"), ("thermodynamics", "Thermodynamics", "QC"), ("harbours", "Harbors", "TC"),
    ("public health", "Public health", "RA"), ("river trade", "Inland navigation", "HE"), ("glaciers", "Glaciers", "GB"),
    ("the short story", "Short stories", "PN"), ("water rights", "Water rights", "KF"), ("maps", "Maps", "GA"),
    ("weaving", "Weaving", "TS"), ("topology", "Topology", "QA"), ("epidemics", "Epidemics", "RA"),
    ("monasteries", "Monasteries", "NA"), ("taxation", "Taxation", "HJ"), ("birds", "Birds", "QL"),
    ("dialects", "Dialectology", "P"), ("railways", "Railroads", "TF"), ("nursing", "Nursing", "RT"),
    ("chamber music", "Chamber music", "MT"), ("court reports", "Law reports", "KF"), ("soils", "Soils", "S"),
)  # fmt: skip
_PATTERNS = (
    "A history of {topic} in {place}", "{adjective} {topic}", "The {adjective} {noun}", "{topic} and {noun}",
    "Studies in {topic}", "{place} : {topic} and {noun}", "An introduction to {topic}", "The {noun} of {place}",
    "Essays on {topic} in {place}", "{topic} of the {adjective} {noun}", "Problems of {topic}", "From {place} to {place2}",
)  # fmt: skip
_ADJECTIVES = (
    "forgotten northern quiet modern ancient applied comparative hidden last early practical wandering common silver "
    "critical rural urban later sacred broken"
).split()
_NOUNS = (
    "coast garden archive machine valley republic household market voice winter frontier library island memory landscape "
    "workshop assembly horizon orchard courtroom"
).split()
_PLACES = (
    "Aldmoor Brennick Carrowdale Dunvale Estermark Fenwick Galloway Harwick Isenburg Jarrow Kilbride Lindholm Marlow "
    "Norrland Ostrava Penrith Quimper Ravenna Saltash Tarragona Ulmen Varna Westmarch Yarmouth Zadar"
).split()
_SUBTITLES = (
    "a study in change", "an essay", "papers of a symposium", "a documentary account", "selected writings", "a handbook",
    "theory and practice", "letters and diaries", "a bibliography", "1850-1914", "an annotated edition", "methods and cases",
    "a reader", "lectures given at Marlow", "a critical survey", "origins and consequences", "with a glossary",
    "sources and problems", "proceedings of a workshop", "a field guide", "the first hundred years", "a reappraisal",
)  # fmt: skip
_PUBLISHERS = (
    ("Marlow", "Marlow University Press", "enk"), ("London", "Ferryman & Sons", "enk"), ("New York", "Halcyon House", "nyu"),
    ("Chicago", "Prairie Academic", "ilu"), ("Boston", "Beacon Wharf Press", "mau"), ("Paris", "Éditions du Quai", "fr "),
    ("Berlin", "Verlag Grünwald", "gw "), ("Toronto", "Maple Lane Books", "onc"), ("Edinburgh", "Thistle & Quill", "stk"),
    ("Dublin", "Liffey Print", "ie "), ("Melbourne", "Southern Cross Scholarly", "vra"), ("Leiden", "Oude Gracht", "ne "),
)  # fmt: skip


@dataclass(frozen=True)
class _Script:
    """Texts of one script: pairs of romanised and original text."""

    code: str
    language: str
    country: str
    nouns: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]
    join: tuple[str, str]
    authors: tuple[tuple[str, str], ...]
    places: tuple[str, str]
    publishers: tuple[tuple[str, str], ...]


_SCRIPTS = (
    _Script(
        "(N", "rus", "ru ",
        (("Istorii︠a︡", "История"), ("Ocherki", "Очерки"), ("Voprosy", "Вопросы"), ("Osnovy", "Основы"), ("Problemy", "Проблемы")),
        (("goroda", "города"), ("teatra", "театра"), ("muzyki", "музыки"), ("prava", "права"), ("reki", "реки"), ("nauki", "науки")),
        (" ", " "),
        (("Sokolova, Vera", "Соколова, Вера"), ("Orlov, Pëtr", "Орлов, Пётр"), ("Belov, Andreĭ", "Белов, Андрей")),
        ("Moskva", "Москва"), (("Novai︠a︡ kniga", "Новая книга"), ("Slovo", "Слово")),
    ),
    _Script(
        "(3", "ara", "ua ",
        (("Tārīkh", "تاريخ"), ("Dirāsāt fī", "دراسات في"), ("Kitāb", "كتاب"), ("Muqaddimat", "مقدمة")),
        (("al-madīnah", "المدينة"), ("al-adab", "الأدب"), ("al-mūsīqá", "الموسيقى"), ("al-qānūn", "القانون"), ("al-ʻilm", "العلم")),
        (" ", " "),
        (("Ḥaddād, Salmá", "حداد، سلمى"), ("Manṣūr, Karīm", "منصور، كريم")),
        ("al-Qāhirah", "القاهرة"), (("Dār al-Nūr", "دار النور"), ("Dār al-Nahr", "دار النهر")),
    ),
    _Script(
        "(2", "heb", "is ",
        (("Toldot", "תולדות"), ("Sefer", "ספר"), ("Meḥḳarim be-", "מחקרים ב"), ("Mavo le-", "מבוא ל")),
        (("ha-ʻir", "העיר"), ("ha-sifrut", "הספרות"), ("ha-mishpaṭ", "המשפט"), ("ha-muziḳah", "המוזיקה")),
        (" ", " "),
        (("Galili, Noʻah", "גלילי, נועה"), ("Shaḥar, Dan", "שחר, דן")),
        ("Yerushalayim", "ירושלים"), (("Hotsaʼat ha-Gan", "הוצאת הגן"),),
    ),
    _Script(
        "$1", "chi", "cc ",
        (("Zhongguo", "中国"), ("Xian dai", "现代"), ("Gu dai", "古代"), ("Dong fang", "东方")),
        (("wen xue shi", "文学史"), ("jian zhu", "建筑"), ("yin yue", "音乐"), ("fa lü", "法律"), ("yi xue", "医学"), ("di tu", "地图")),
        (" ", ""),
        (("Lin, Yuehua", "林月华"), ("Zhao, Mingde", "赵明德")),
        ("Beijing", "北京"), (("Qing song chu ban she", "青松出版社"), ("Da he chu ban she", "大河出版社")),
    ),
    _Script(
        "$1", "jpn", "ja ",
        (("Nihon", "日本"), ("Kindai", "近代"), ("Chūsei", "中世"), ("Sekai no", "世界の")),
        (("bungaku", "文学"), ("kenchiku", "建築"), ("ongaku", "音楽"), ("hōgaku", "法学"), ("igaku", "医学"), ("chizu", "地図")),
        (" ", ""),
        (("Kitamura, Haruka", "北村はるか"), ("Moriyama, Ken", "森山健")),
        ("Tōkyō", "東京"), (("Aozora Shobō", "青空書房"), ("Kawabata Shuppan", "川端出版")),
    ),
    _Script(
        "$1", "kor", "ko ",
        (("Hanʼguk", "한국"), ("Hyŏndae", "현대"), ("Tongyang", "동양"), ("Segye", "세계")),
        (("munhak", "문학"), ("kŏnchʻuk", "건축"), ("ŭmak", "음악"), ("pŏphak", "법학"), ("ŭihak", "의학")),
        (" ", " "),
        (("Han, Sŏyŏn", "한서연"), ("Yun, Chaeho", "윤재호")),
        ("Sŏul", "서울"), (("Haneul Chʻulpʻansa", "하늘출판사"), ("Saem Books", "샘북스")),
    ),
)  # fmt: skip


def latin_work(chance: random.Random) -> Work:
    """A work in a language of the Latin script."""
    topic, subject, letters = chance.choice(_TOPICS)
    place, publisher, country = chance.choice(_PUBLISHERS)
    title = chance.choice(_PATTERNS).format(
        topic=topic,
        adjective=chance.choice(_ADJECTIVES),
        noun=chance.choice(_NOUNS),
        place=chance.choice(_PLACES),
        place2=chance.choice(_PLACES),
    )
    return Work(
        title=title[0].upper() + title[1:],
        subtitle=chance.choice(_SUBTITLES),
        author=f"{chance.choice(_SURNAMES)}, {chance.choice(_FORENAMES)}",
        place=place,
        publisher=publisher,
        year=chance.randint(1880, 2023),
        language="eng",
        country=country,
        subject=subject,
        class_letters=letters,
    )


def script_work(chance: random.Random) -> Work:
    """A work in another script, with its texts both romanised and as printed."""
    script = chance.choice(_SCRIPTS)
    noun, topic = chance.choice(script.nouns), chance.choice(script.topics)
    author, publisher = chance.choice(script.authors), chance.choice(script.publishers)
    _, subject, letters = chance.choice(_TOPICS)
    year = chance.randint(1930, 2023)
    volume = chance.randint(1, 400)
    return Work(
        title=f"{noun[0]}{script.join[0]}{topic[0]} {volume}",
        subtitle="",
        author=author[0],
        place=script.places[0],
        publisher=publisher[0],
        year=year,
        language=script.language,
        country=script.country,
        subject=subject,
        class_letters=letters,
        script=script.code,
        script_title=f"{noun[1]}{script.join[1]}{topic[1]} {volume}",
        script_author=author[1],
        script_publisher=publisher[1],
    )
