#!/usr/bin/env python3
"""Makes identifiers/lists/names.txt from public statistics of names. Run by hand; the result is committed.

    tools/name-list.py SOURCES > identifiers/lists/names.txt

SOURCES is a folder with the files named below. Counts become one digit: how many people of a million, of the country where
the name is commonest, bear it. Words of ordinary text are taken from a word list, so far as a body of prose uses them.
"""
import collections
import csv
import json
import math
import pathlib
import re
import sys
import unicodedata

SPECIAL = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "đ": "d", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})

# People of a million for a name of a list without counts.
LISTED = 50

# The commonest surnames where no statistic with counts is open, commonest first.
GERMAN = """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid
Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel
Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter
Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich
Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Ernst Hübner Ackermann Thiele
Reuter Riedel Beyer Kirchner Schilling Böttcher Fiedler Hermann Kunz Bach Ulrich Bachmann Barth Ritter Busse Hauser Kramer
Lindner Heinze Nagel Stephan Behrens Ebert Kern Götz Jahn Kaufmann Wenzel Bender Brinkmann Wilhelm Grimm Steiner Kurz
Langer Rose Hein Wulf Hansen Petersen Janssen Jansen Lutz Reinhardt Krebs Bock Fritz Marx Kessler Heller Ott Eckert Geiger
Stark Witt Stahl Bauer Böhme Zimmer Hess Merkel Noack Moser Gebhardt Ullrich Heuer Mohr Urban Adam Körner Unger Rausch
Wimmer Pichler Gruber Egger Eder Reiter Brunner Leitner Schwarz Fuchs Auer Aigner Binder Baumgartner Hofer Lechner""".split()
FRENCH = """Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier Blanc
Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu
Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas
Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert
Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte
Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis Moulin Louis Deschamps Huet Vasseur Perez Boucher Fleury
Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carré Charles Renault Charpentier Ménard Maillard Baron Bertin
Bailly Hervé Schneider Fernandez Collet Léger Bouvier Julien Prévost Millet Perrot Daniel Cousin Germain Breton Besson
Langlois Rémy Pelletier Lévêque Perrier Leblanc Barré Lebrun Marchal Weber Mallet Hamon Boulanger Jacob Monnier Michaud
Rodriguez Guichard Gillet Étienne Grondin Poulain Tessier Chevallier Collin Chauvin Gay Lemaitre Bénard Maréchal Humbert
Reynaud Antoine Hoarau Perret Barthélemy Cordier Pichon Lejeune Gilbert Lamy Delaunay Pasquier Carlier Laporte Tremblay
Gagnon Côté Bouchard Bélanger Lavoie Ouellet Bergeron Paquette Cloutier Gagné Boucher Desjardins Lapointe Thibault""".split()
ITALIAN = """Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini
Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli
Vitale Lombardo Serra Coppola Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini Grasso Valentini Messina Sala
Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri Mazza Testa Grassi Pellegrino Carbone
Giuliani Benedetti Barone Rossetti Caputo Montanari Guerra Palmieri Bernardi Martino Fiore Ferretti Bellini Basile Riva
Donati Piras Vitali Battaglia Sartori Neri Costantini Milani Pagano Ruggiero Sorrentino Orlando Damico Negri Mantovani Russo
Bassi Villani Marchi Zanetti Valenti Pace Bernardini Gallo Marra Fusco Poli Ruggeri Franco Cirillo Orlandi Guidi""".split()
PORTUGUESE = """Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes
Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro Cardoso Rocha Raposo
Neves Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos Fonseca Machado Araújo Barbosa Tavares Lourenço Castro Figueiredo
Azevedo Freitas Lima Souza Barros Melo Dias Batista Campos Andrade Nascimento Moraes Moura Cavalcanti Miranda Duarte Borges
Nogueira Guimarães Magalhães Macedo Leite Henriques Faria Morais Amaral Brito Guerreiro Baptista Esteves Pacheco""".split()
OTHERS = """Jansen deJong deVries Bakker Visser Smit Meijer deBoer Mulder deGroot Bos Vos Hendriks vanDijk Dekker Brouwer Dijkstra
Peeters Janssens Maes Jacobs Mertens Willems Claes Goossens Wouters DeSmet Dubois Lambert Nowak Kowalski Kowalska Wiśniewski
Wiśniewska Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Mazur Jankowski Kwiatkowski
Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Hansen Johansen Olsen Larsen Andersen
Pedersen Nilsen Kristiansen Jensen Nielsen Christensen Rasmussen Sørensen Jørgensen Madsen Korhonen Virtanen Mäkinen Nieminen
Novák Svoboda Novotný Dvořák Horvat Kovačević Marković Petrović Jovanović Nagy Kovács Tóth Szabó Horváth Varga Popescu Ionescu
Popa Yılmaz Kaya Demir Şahin Çelik Öztürk Papadopoulos Singh Kumar Sharma Patel Gupta Khan Ahmed Ali Hussain Begum Shah Iyer
Reddy Rao Nair Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Nguyen Tran Pham Kim Park Lee Choi Tanaka Suzuki Sato Ivanov
Petrov Sidorov Smirnov Kuznetsov Shevchenko Bondarenko Kovalenko Cohen Levy Mizrahi Okafor Adeyemi Mensah Diallo Traoré""".split()
GIVEN = """Jean Pierre Michel André Philippe René Louis Alain Jacques Bernard Marcel Daniel Roger Robert Paul Claude Christian
Henri Georges Nicolas François Patrick Gérard Christophe Joseph Julien Maurice Laurent Frédéric Éric David Stéphane Pascal
Sébastien Alexandre Thierry Olivier Antoine Raymond Guy Dominique Charles Didier Marc Thomas Vincent Yves Guillaume Jérôme Bruno
Maxime Emmanuel Lucas Hugo Mathieu Romain Benoît Clément Théo Quentin Kévin Xavier Léo Gabriel Raphaël Arthur Jules Adam Nathan
Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Anne Sylvie Martine Madeleine Nicole Suzanne Hélène
Christine Marguerite Denise Louise Christiane Valérie Yvonne Sophie Simone Sandrine Stéphanie Véronique Céline Chantal Claire
Brigitte Élisabeth Julie Aurélie Annie Laurence Virginie Patricia Caroline Camille Émilie Manon Chloé Léa Mathilde Élodie
Delphine Florence Agnès Corinne Amélie Mélanie Anaïs Lucie Margaux Inès Clara Jade Zoé Lola Solène Gaëlle Maëlle Thibault Loïc
Gaël Rémi Cédric Fabien Damien Ludovic Arnaud Étienne Gilles Hervé Franck Denis Serge Joël Aurélien Bastien Florian Baptiste
Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Hans Günter Stefan Christian Uwe Werner Horst Frank Dieter Manfred Gerhard
Bernd Thorsten Torsten Mathias Helmut Walter Heinz Martin Jörg Rolf Jens Sven Alexander Jan Rainer Holger Karl Dirk Joachim
Ralf Carsten Herbert Oliver Wilhelm Kurt Markus Heinrich Herbert Hermann Friedrich Otto Ernst Ulrich Volker Norbert Marcel
Tobias Sebastian Florian Felix Lukas Jonas Maximilian Moritz Niklas Fabian Benedikt Leon Finn Elias Steffen Lars Kai Matthias
Ursula Karin Helga Sabine Ingrid Renate Monika Susanne Gisela Petra Birgit Andrea Anna Brigitte Claudia Erika Christa Elke
Stefanie Gertrud Elisabeth Maria Angelika Heike Gabriele Kathrin Ilse Nicole Anja Barbara Hildegard Martina Ingeborg Gerda Marion
Jutta Ute Hannelore Irmgard Christine Inge Sigrid Kerstin Silke Ulrike Katja Melanie Anke Dagmar Sonja Sandra Tanja Katharina
Lena Laura Lea Leonie Hannah Mia Emilia Johanna Franziska Antje Bettina Britta Cornelia Doris Edith Elfriede Frieda Heidi
Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico Bruno Paolo Michele
Giorgio Aldo Sergio Luciano Andrea Marco Luca Matteo Alessandro Lorenzo Davide Simone Federico Riccardo Gabriele Stefano Roberto
Fabio Massimo Claudio Maurizio Daniele Emanuele Filippo Giacomo Nicola Raffaele Enrico Gianluca Giulia Francesca Chiara Sara
Martina Alessia Elisa Silvia Federica Valentina Elena Ilaria Giorgia Alice Paola Anna Giuseppina Rosa Angela Giovanna Teresa Lucia
Carmela Caterina Francesca Antonietta Carla Elena Concetta Rita Margherita Franca Paola Laura Roberta Beatrice Ludovica Serena
Anders Lars Mikael Johan Erik Per Karl Nils Björn Magnus Fredrik Søren Jens Henrik Morten Ole Astrid Ingrid Karin Kristina Birgitta
Jan Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Jakub Katarzyna Małgorzata Agnieszka Magdalena Ewa Zofia Willem Pieter Kees
Joost Maarten Sander Bram Thijs Femke Sanne Lotte Marieke Annemarie Fatima Mohammed Ahmed Mehmet Mustafa Ayşe Fatma Emine Ivan
Dmitri Sergei Olga Svetlana Natalia Vladimir Aleksandr Yuri Ludwig Leopold Gustav Konrad Ingo Heiko Maik Egon Silvio Gino Dario Nino Fulvio Livio Birger Agneta Kaj Georg Gustaf Conny Vilhelm Olov Håkan
Johannes Solveig Ingmar Thore Einar Tor Olof Gunnar Lennart Bengt Göran Kjell Leif Rolf Stig Sture Inger Britt Gun Ulla Berit
Elisabet Kerstin Marianne Anette Annika Lena Monica Ulf Kent Jonny Tommy Jan-Erik Tijn Loes Siem Joep Meike Mirthe Niels Daan Sem
Bas Ruud Gijs Koen Wouter Jeroen Bart Dirk Hendrik Cornelis Johanna Anouk Fleur Maud Roos Eline Borys Rafał Witold Marcelina
Blanka Jerzy Hubert Nikodem Błażej Dariusz Olaf Kajetan Tymon Róża Jacek Kamila Franciszek Stanisław Zbigniew Henryk Ryszard
Kazimierz Marek Grzegorz Łukasz Mateusz Dawid Kacper Bartosz Wojciech Mariusz Przemysław Robert Adrian Szymon Antoni Ignacy
Aleksander Joanna Barbara Krystyna Jadwiga Danuta Irena Halina Grażyna Bożena Beata Dorota Iwona Monika Renata Aleksandra
Natalia Karolina Paulina Julia Maja Wiktoria Oliwia Anastasie Henriette Clémence Hugues Paulette Augustin Agathe Thibaut
Frédérique Andrée Luce Bertrand Maryse Océane Matthieu Adrien Odette Lucienne Germaine Georgette Yvette Colette Geneviève
Thérèse Michelle Ginette Gilberte Josette Éliane Régine Roland Lucien Albert Gaston Léon Fernand Honoré Édouard Auguste Alfred
Noël Théophile Constance Joséphine Capucine Éléonore Victoire Bartolomeo Fabrizia Paride Piero Mirco Romana Lucio Baldassare
Gloria Filippa Dolores Fabrizio Alberto Giancarlo Gianni Pierluigi Piergiorgio Umberto Ugo Vittorio Guido Renato Tommaso Edoardo
Leonardo Samuele Cristian Mattia Flavio Ivo Ivano Loredana Patrizia Tiziana Cinzia Donatella Rossella Manuela Mirella Ornella
Antonella Raffaella Graziella Nicoletta Simona Michela Veronica Camilla Arianna Aurora Greta Gaia Noemi Priya Rahul Amit Sanjay Anjali Deepak Rajesh Sunita Vijay""".split()

# Words that no name ends with or holds: places, calendar, institutions, things called after people.
NEVER = """january february march april june july august september october november december monday tuesday wednesday thursday friday
saturday sunday street avenue road boulevard lane drive court square place plaza park bridge river lake bay beach island
islands mountain mountains valley city town county village station airport port university college school institute academy
hospital clinic center centre church cathedral temple museum library theatre theater hotel bank company corporation corp inc
ltd llc gmbh group holdings partners associates foundation society association committee council commission department ministry
agency bureau office team project license licence copyright prize award cup league club airlines airways motors records
studios pictures press news times post journal magazine review series show theorem lemma conjecture algorithm method model
equation law effect constant distribution process transform function filter number numbers test curve equations inequality
tree graph index code protocol standard server client database framework library platform foundation state states kingdom republic
north south east west northern southern eastern western new san santa saint st los las el la united
america american europe european england english france french germany german italy italian spain spanish canada canadian
australia australian brazil india indian china chinese japan japanese korea korean russia russian ireland irish scotland wales
texas california florida virginia carolina dakota georgia alabama alaska arizona arkansas colorado connecticut delaware
hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri
montana nebraska nevada hampshire jersey mexico york ohio oklahoma oregon pennsylvania rhode tennessee utah vermont washington
wisconsin wyoming ontario quebec alberta manitoba saskatchewan london paris berlin madrid rome roma milano chicago boston
seattle dallas houston phoenix denver atlanta miami orleans vegas angeles francisco diego jose antonio sydney melbourne brisbane
perth adelaide toronto montreal vancouver dublin edinburgh glasgow manchester birmingham liverpool bristol hamburg
munich frankfurt stuttgart cologne vienna zurich geneva brussels amsterdam lisbon barcelona valencia sevilla lyon marseille
christmas easter day days week month year christ god lord bible testament claus linux windows unix java python ruby rust
newsroom newsdesk tigers bulldogs cardinals padres indians cowboys redskins rovers sharks broncos giants dolphins eagles
falcons raiders lions packers vikings patriots lakers celtics yankees dodgers orioles royals mariners braves marlins phillies pirates
rockies astros cubs wanderers athletic hotspur basketball football soccer cricket tennis hockey baseball championship olympics
terrace loop bypass flats cliffs squares orchestra technology technologies laboratories laboratory resort investments investment
organisation organization cos workers labour buddhist national foreign merchants newspaper radio television mining motor insurance
google microsoft apple amazon facebook oracle intel
straße strasse platz allee gasse weg rue via calle avenida piazza plaza""".split()
NEVER = [w for w in NEVER if w not in ("jose", "antonio", "diego", "georgia", "virginia", "august", "june", "april", "sydney", "florence", "law", "lane", "park", "grant", "court", "bishop", "washington", "carolina", "martin", "roma", "price", "lake", "day", "post", "post", "french", "english", "german", "irish", "london", "paris", "rome", "berlin", "houston", "dallas", "austin", "denver", "valencia", "sevilla", "lyon", "madrid", "england", "ireland", "wales", "france", "bridge", "india", "christ", "ruby", "jersey", "phoenix", "chelsea", "york", "montana", "adelaide", "bristol", "graf", "street", "parks", "week", "hamburg", "barcelona", "italy", "melbourne", "north", "west", "south", "east", "temple", "valley", "beach", "banks", "new", "st")] + \
    ["street", "berlin", "london", "paris", "madrid", "texas", "york", "barcelona", "christ", "india", "italy", "france", "germany", "hamburg", "melbourne", "bridge"]

# Dictionary words that nobody reads as words where they stand capitalised before a surname.
NAMES_FIRST = set("""john jack peter james harry frank jean henry tom dick sam ben dan jim joe bob jenny molly polly maria louis rob mike kelly
charlotte jerry charlie robin victor philip martin dean douglas roger tommy johnny jimmy bobby sally nancy peggy kitty eve vera
bernard leonard christian marcel harold gene carol emma alan craig geoff laura miles sean kay regina jenny bertha marina matt nick
rick andrew jay ray lee""".split())


# Given names or surnames somewhere, but far oftener the small words of a sentence.
SMALL = set("""a an and any are as at be but by can do for go had has have he her him his how i if in is it its me my no nor not of off
on or our out say see she so some than that the their them then there these they this to too two up us use was we what when who why
with you your all one new old let yet per via non pre sub end add set get put run""".split())


# The same in other languages, where given names of some country are spelt like them.
FOREIGN = set("""der die das dem den des ein eine einer eines einem einen kein keine keiner sein seine seiner seinen seinem ihr ihre ihrer ihren
mein meine dein unser unsere nur aus auch noch nach mit von vom zum zur bei auf fur uber unter ist sind war wird nicht oder und aber wenn
als wie wer was wo es er sie wir man hier dann sehr alle alles andere anderen anderer viele diese dieser dieses diesem jede jeder
beim seit sich obwohl wahrend gegen ohne durch mehr etwa rund kurz ganz eben dabei dazu daran damit darauf davon dort heute gestern
les une aux que qui quoi dont nous vous ils elles cette ces mes tes ses notre votre leur leurs pour par sur sous dans avec sans
chez entre tres plus moins tout tous toute toutes est sont etait etre avoir fait faire comme quand selon depuis avant apres ainsi
il gli uno che chi cui con tra fra sono era essere avere fatto come quando dove anche ancora dopo prima molto questo questa
quello quella ogni tutti tutte nella nei nelle sul sulla dalla
unos unas que quien cuando donde como desde hasta entre sobre tambien porque este esta estos estas ese esa son era ser estar
uma umas foi sao seu sua seus suas mais menos muito quando onde porque isto isso aquele aquela pelo pela nos nas aos
het een niet maar ook nog naar met voor over onder bij uit aan zijn haar hun ons onze deze dit dat die wie wat waar
och att det som inte men med fran har var hon den detta denna alla mycket efter innan
jest nie sie tak dla przez przed jako czy gdy tym tego ich jego jej""".split())

# Words that begin names of places and things far oftener than names of people.
NO_GIVEN = set("""augen osten westen norden suden liebe strom lage tor junior diva crew kader gunsten rio rua rue via calle avenida puerto
monte castel castello villa plaza piazza palazzo sant mount fort port nazi islam iran israel asia europa africa america german hansa
res dns api html css xml json sql http https url uri gnu gpl mit bsd utf ascii unicode zion shelly sultan prince princess raja
mac mon tue wed thu fri sat sun hello hallo sony tai mo
santo sao san santa washington cleveland bristol hilton kingston harley edison
iso ieee intel arm cuda lua perl java ruby julia haskell erlang elixir scala kotlin swift dart cobol fortran basic lisp rust cargo crate docker kafka redis nginx mongo oracle
linux debian fedora ubuntu git mut fn md io sep ast nan aka raw elem rand nada cfg ctx ptr buf src dst tmp img btn""".split()) - set("julia ruby dart".split())

# Words of programs that are names as well.
ORDINARY = set("max line name bar dot long single odd carry".split())


def fold(word):
    word = unicodedata.normalize("NFD", word.translate(SPECIAL).lower())
    return "".join(c for c in word if "a" <= c <= "z")


def rows(path, **options):
    with open(path, encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file, **options)


def keep(table, name, per_million):
    word = fold(name)
    if 2 <= len(word) <= 20:
        table[word] = max(table[word], per_million)


def by_rank(table, names):
    # Frequencies of surnames fall about as one over the rank; the first is borne by some 7,000 of a million.
    for rank, name in enumerate(names):
        keep(table, name, 7000 / (rank + 1) ** 0.8)


def digit(per_million):
    return 0 if per_million <= 0 else max(1, min(9, round(math.log2(per_million) / 1.5) + 1))


def given_names(sources):
    table = collections.Counter()
    # Social Security card applications since 1930, over about 330 million.
    for name, births in rows(sources / "ssa.csv"):
        if int(births) >= 1000:
            keep(table, name, int(births) / 330)
    for file, column in (("hombres.csv", 47), ("mujeres.csv", 47)):
        for name, count, *_ in list(rows(sources / file))[1:]:
            for part in name.split() if int(count) >= 200 else []:
                if part not in ("DE", "DEL", "LA", "LOS", "LAS", "Y"):
                    keep(table, part, int(count) / column)
    for name, *counts in list(rows(sources / "ibge.csv"))[1:]:
        count = sum(int(c) for c in counts if c.isdigit())
        if count >= 2000:
            keep(table, name, count / 190)
    # Registers of all people of Poland and Sweden, and births in France since 1930.
    for file, people, least in (("pesel-men.csv", 38, 100), ("pesel-women.csv", 38, 100), ("scb-men.csv", 10.4, 25), ("scb-women.csv", 10.4, 25), ("insee.csv", 65, 300)):
        for name, *_, count in list(rows(sources / file))[1:]:
            if int(count) >= least:
                keep(table, name, int(count) / people)
    # Children of Berlin since 2012, about 450,000 names.
    for name, count in rows(sources / "berlin.csv"):
        keep(table, name, int(count) / 0.45 / 2)
    for row in list(rows(sources / "forenames.csv"))[1:]:
        keep(table, row[11] if row[11] else row[10], 150)
    for names in json.loads((sources / "mimesis.json").read_text()).values():
        for name in names["given"]:
            for part in name.split():
                keep(table, part, LISTED / 2)
    for name in GIVEN:
        keep(table, name, 500)
    return table


def feminine(name):
    return name[:-1] + "a" if re.search(r"[sc]ki$|dzki$", name) else name


def surnames(sources):
    table = collections.Counter()
    for line in open(sources / "dist.all.last"):
        name, percent, _, rank = line.split()
        # The list gives three digits; the last ones are borne by one of a million.
        keep(table, name, max(float(percent) * 10000, 3 if int(rank) <= 15000 else 1))
    for name, first, *_ in list(rows(sources / "apellidos.csv"))[1:]:
        if first.isdigit() and int(first) >= 300:
            keep(table, name.replace("DE ", "").replace("LA ", ""), int(first) / 47)
    for row in list(rows(sources / "surnames.csv"))[1:]:
        keep(table, row[5] if row[5] else row[4], 300)
    for name, *_, count, _ in list(rows(sources / "meertens.csv"))[1:]:
        keep(table, re.sub(r"^.* ", "", name), int(count) / 16.3)
    for names in json.loads((sources / "mimesis.json").read_text()).values():
        for name in names["last"]:
            name = re.sub(r"^.* ", "", name)
            # A long list holds rare names too.
            keep(table, name, LISTED / 3 if len(names["last"]) > 2000 else LISTED)
    by_rank(table, [n.strip() for n in open(sources / "patronymes.csv")])
    for names in (GERMAN, FRENCH, ITALIAN, PORTUGUESE):
        by_rank(table, names)
    for file in sorted((pathlib.Path(__file__).parent / "names").glob("*.txt")):
        for name in file.read_text().split():
            keep(table, name, LISTED)
    for name in OTHERS:
        keep(table, name, 300)
    for name, per_million in list(table.items()):
        keep(table, feminine(name), per_million)
    return table


def words(sources):
    """Ordinary English words that prose uses in lower case, and how often."""
    known = set()
    for name in ("american-english", "british-english"):
        known |= {w for w in (sources / name).read_text().split("\n") if w.islower() and w.isascii() and w.isalpha()}
    small = set((sources / "american-english-small").read_text().split("\n"))
    seen = collections.Counter(re.findall(r"(?<![\w'])[a-z]{2,16}(?![\w'])", (sources / "prose.txt").read_text(errors="replace")))
    common = {w for w in known if seen[w] >= 40}
    ordinary = {w for w in known if (w in small or seen[w] >= 5)}
    return common, ordinary


def main():
    sources = pathlib.Path(sys.argv[1])
    given, last = given_names(sources), surnames(sources)
    common, ordinary = words(sources)
    never = {fold(w) for w in NEVER}
    lines = []
    for word in sorted(set(given) | set(last) | common | never):
        g, s = (0, 0) if word in SMALL | FOREIGN else (digit(given[word]), digit(last[word]))
        if word in NO_GIVEN:
            g = 0
        if word in never:
            mark = "!"
        elif word in FOREIGN | ORDINARY or word in ordinary and word not in NAMES_FIRST:
            mark = "*"
        else:
            mark = ""
        if len(word) < 3 and not (g >= 4 or s >= 4):
            continue
        # Half of all surnames are as rare as that, and told nothing in measurements.
        if (g, s, mark) == (0, 1, ""):
            continue
        lines.append(f"{word} {g}{s}{mark}")
    print("\n".join(HEAD.strip().split("\n") + lines))


HEAD = """
# Given names and surnames in Latin letters, accents folded away, and ordinary words that are near misses; made by tools/name-list.py.
# word, how common as a given name (0 to 9), how common as a surname, `*`: also an ordinary word, `!`: speaks against a name.
#
# Sources, of which single facts (name and count) are used:
# - given names, United States: Social Security Administration, card applications 1930-2024; public domain
# - surnames, United States: Census Bureau, 1990 census, dist.all.last; public domain
# - given names and surnames, Spain: Instituto Nacional de Estadística, ine.es; reuse with attribution
# - given names, Brazil: Instituto Brasileiro de Geografia e Estatística, census 2010; reuse with attribution
# - given names, Berlin: Land Berlin, Häufige Vornamen 2012-2023; CC BY 3.0 DE
# - given names, Poland: register PESEL, dane.gov.pl; CC0
# - given names, Sweden: Statistics Sweden, 31 December 2020; free with attribution
# - given names, France: Insee, fichier des prénoms 1930-2018; Licence Ouverte
# - commonest surnames, Netherlands: Meertens Instituut, count of 2007, as published by family-names-in-the-netherlands; MIT
# - commonest names of 100 countries: popular-names-by-country-dataset; CC0
# - further names of 28 languages without counts: mimesis; MIT, © Isaak Uchakaev and contributors
# - commonest surnames of France, Germany, Italy, Poland and Portugal: common knowledge, written down by hand (tools/names/)
# - ordinary words: SCOWL, as far as Rust crates' documentation uses them
"""

if __name__ == "__main__":
    main()
