"""Federal districts, the unit in which officials report, by the ISO 3166-2 codes of their regions.

Source: decree of the President of 13 May 2000, no. 849, as amended to 4 November 2018 (Buryatia and Zabaykalsky Krai
went to the Far East) and of 28 July 2016 (Crimea and Sevastopol to the South). Four subjects have no code in ISO
3166-2; a region without a known code is in no district.
"""

from collections.abc import Mapping

_CODES: Mapping[str, str] = {
    "Центральный": "BEL BRY VLA VOR IVA KLU KOS KRS LIP MOS ORL RYA SMO TAM TVE TUL YAR MOW",
    "Северо-Западный": "KR KO ARK VLG KGD LEN MUR NGR PSK SPE NEN",
    "Южный": "AD KL KDA AST VGG ROS CR SEV",
    "Северо-Кавказский": "DA IN KB KC SE CE STA",
    "Приволжский": "BA ME MO TA UD CU PER KIR NIZ ORE PNZ SAM SAR ULY",
    "Уральский": "KGN SVE TYU CHE KHM YAN",
    "Сибирский": "AL TY KK ALT KYA IRK KEM NVS OMS TOM",
    "Дальневосточный": "BU SA ZAB KAM PRI KHA AMU MAG SAK YEV CHU",
}
_OF: Mapping[str, str] = {f"RU-{code}": name for name, codes in _CODES.items() for code in codes.split()}


def district(code: str) -> str | None:
    """Give the district of a region by its code; None for a code that no district has."""
    return _OF.get(code)
