using System.Collections.Frozen;

namespace Usher.Domain.Accounts;

/// <summary>The passwords that attackers try first. The list has none that is shorter than the shortest allowed password.</summary>
internal static class CommonPasswords
{
    private static readonly FrozenSet<string> All = Words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string password) => All.Contains(password);

    private const string Words = """
        !qaz2wsx 01011980 01011990 01012000 01234567 012345678 0123456789 098765432 0987654321 10101010 11112222 1111222233334444 11221122 11223344
        1122334455 112233445566 12121212 1212121212 12312312 123123123 123321123 12341234 12344321 1234512345 123454321 1234554321 123456123456
        12345678 123456780 123456781 123456788 123456789 1234567890 1234567890a 12345678910 123456789a 12345678a 12345679 1234567a 123456aa 123456ab
        123456abc 123456qw 123456qwerty 12345abc 12345qwert 12345six 1234abcd 1234qwer 123abc123 123password 123qwe123 123qweasd 123qweasdzxc
        13131313 135792468 1357924680 14725836 147258369 147852369 159357159 159753159 159753456 19191919 1a2b3c4d 1password 1q2w3e4r 1q2w3e4r5t
        1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz1qaz 1qaz2wsx 1qaz2wsx3edc 1qaz@wsx 1qazxsw2 20202020 21212121 23232323 24681012 246813579 27182818 2wsx3edc
        31415926 314159265 3141592653 3edc4rfv 456789123 69696969 74108520 741852963 78945612 789456123 789456123a 87654321 963852741 987654321
        9876543210 a1234567 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 a1s2d3f4 aa123456 aa12345678 aaa111222 aaaa1111 aabbccdd abc12345 abc123456
        abc123456789 abc123abc abc@1234 abcabc123 abcd1234 abcd12345 abcd123456 abcd@1234 abcdabcd abcdefg1 abcdefg123 abcdefgh abcdefghi abcdefghij
        admin123 admin1234 admin12345 admin123456 admin@123 adminadmin administrator administrator1 alexander alexander1 alexandra allah123
        allahuakbar alligator amanda123 amazon123 america1 american1 andrew123 android1 angel123 angels123 anthony1 anthony123 anything arsenal1
        arsenal123 asd123456 asdasd123 asdasdasd asdf1234 asdf12345 asdf@123 asdfasdf asdfghjk asdfghjkl asdfghjkl1 asdfqwer asdqwe123 ashley123
        asshole1 australia australia1 autumn123 autumn2020 autumn2021 autumn2022 autumn2023 autumn2024 autumn2025 autumn2026 azerty123 azertyui
        azertyuiop babyboy1 babygirl babygirl1 babygirl123 badboy123 badgirl1 banana123 bananas1 barcelona barcelona1 bartsimpson baseball baseball1
        baseball123 basketball basketball1 batman123 beautiful beautiful1 benjamin benjamin1 berlin123 bestfriend bestfriends beyonce1 billionaire
        birthday birthday1 bismillah bitch123 biteme123 blablabla black123 blackcat blackjack blahblah blahblah1 blessed1 blessing blink182 blue1234
        blue12345 blueberry bluebird bmw12345 booking1 booking123 brandon1 brasil123 brother1 bulldog1 bulldogs bullshit business buttercup
        butterfly butterfly1 butterfly123 california california1 callofduty camaro123 canada123 cannabis caroline catherine champion champion1
        change123 changeit changeme changeme1 changeme123 charlie1 charlie123 charlotte cheesecake chelsea1 chelsea123 chevrolet chevy123 chicago1
        chicken1 chicken123 children chocolate chocolate1 chocolate123 christian christian1 christmas christmas1 christopher cinnamon college1
        colorado company1 company123 computer computer1 computer123 concert1 concert123 contrasena contrasena1 contraseña cookie123 cookies1
        correcthorsebatterystaple corvette corvette1 counterstrike cowboys1 crocodile cupcake1 daddy123 daniel123 danielle danielle1 darthvader
        december default1 default123 demo1234 demodemo deutschland diamond1 diamond123 diamonds doggy123 dolphin1 dolphins dragon12 dragon123
        dragon1234 dragonball drowssap eagle123 eagles123 elephant elephant1 elizabeth elizabeth1 eminem123 england1 england123 example1 example123
        facebook facebook1 facebook123 falcon123 familia1 family123 familyguy father123 february ferrari1 ferrari123 festival festival1 finalfantasy
        florida1 flower123 football football1 football12 football123 forever1 foreverlove fortnite fortnite1 france123 francesca freedom1 freedom123
        friday123 friends1 friends123 friendship frodo123 fuckfuck fuckoff1 fuckyou! fuckyou1 fuckyou123 fuckyou2 futbol123 gabriel1 gandalf1
        ganesha1 garfield george123 germany1 germany123 giovanni god12345 godbless godisgood godzilla godzilla1 goldfish goodbye1 goodluck
        goodmorning google12 google123 grandma1 green123 greenday guest123 guest1234 hahaha123 hahahaha hallelujah halloween halloween1 halo1234
        hamster1 happiness happy123 happy1234 happyday harley123 harleydavidson harrypotter harrypotter1 haslo123 heaven123 hedgehog hello123
        hello1234 hello12345 hello123456 hellohello hellokitty hellokitty1 helloworld hockey123 hogwarts holiday1 hollywood honda123 hondacivic
        honeybee hotstuff hulkhulk hunter12 hunter123 hunter2! iamawesome iamthebest ihateyou ihateyou1 ilovecats ilovedogs ilovegod ilovehim
        iloveindia ilovejesus iloveme1 ilovemom ilovemyself iloveu123 iloveyou iloveyou! iloveyou1 iloveyou12 iloveyou123 iloveyou2 iloveyouu
        imissyou india123 india1234 indonesia ineedyou instagram internet internet1 internet123 iphone123 ireland1 ironman1 isabella istanbul
        italia123 jamaica1 january1 jennifer jennifer1 jessica1 jessica123 jesus123 jesus1st jesuschrist jesusislord jesuslovesme jonathan jonathan1
        joshua123 justinbieber juventus juventus1 kangaroo katherine kawasaki killer12 killer123 kimberly kitty123 kittycat krishna1 lakers24
        lalalala lamborghini lasvegas lawrence leonardo letmein! letmein1 letmein12 letmein123 letmein1234 letmeinnow linkedin linkinpark
        linkinpark1 lion1234 liverpool liverpool1 lkjhgfdsa login123 login1234 logmein1 london123 lordoftherings losangeles love1234 love12345
        love123456 lovelove lovely123 loveme123 lovesexy loveyou1 loveyou123 lucky123 lucky777 lucky7777 macintosh madison1 manager1 manchester
        manchester1 manutd123 maria123 marijuana mariobros marlboro marshmallow master12 master123 master1234 masterkey mastermind matrix123
        matthew1 melissa1 mercedes mercedes1 messi123 metallica metallica1 mexico123 michael1 michael123 michelle michelle1 mickey123 mickeymouse
        microsoft microsoft1 million1 minecraft minecraft1 minecraft123 mnbvcxz1 mnbvcxzasdfghjkl mommy123 monday123 money123 moneymoney monkey12
        monkey123 monkey1234 moonlight moonlight1 moscow123 motdepasse mother123 motherfucker mustang1 mustang123 mylove123 mypass123 mypassword
        mypassword1 mysecret myspace1 myspace123 naruto123 naughty1 nevermind newpass123 newpassword newpassword1 newyear1 newyork1 newyork123
        newyorkcity nicholas nicole123 nigeria1 ninja123 ninja1234 nintendo nintendo1 nirvana1 nobody123 nopassword nothing1 november october1
        office123 oldpassword onedirection onetwothree opensesame oracle123 orange123 p455w0rd p@$$w0rd p@55word p@ssw0rd p@ssw0rd1 p@ssw0rd123
        p@ssword pa$$word packers1 pakistan pakistan1 panther1 panthers paris123 parola123 parool123 pass1234 pass12345 pass123456 passpass passw0rd
        passw0rd1 passw0rd123 password password! password0 password00 password01 password1 password10 password11 password12 password123 password1234
        password12345 password123456 password13 password2 password2020 password2021 password2022 password2023 password2024 password2025 password2026
        password21 password22 password23 password99 passwordpassword passwords passwort passwort1 passwort123 patricia patrick1 patriots paypal123
        peace123 peaceout penguin1 penguins philippines phoenix1 phoenix123 pikachu1 pikachu123 pineapple pink1234 pirate123 platinum playboy1
        playboy69 player123 playstation playstation1 playstation3 poiuytrewq pokemon1 pokemon123 pornstar porsche1 porsche911 portugal princesa
        princess princess1 princess12 princess123 pumpkin1 puppy123 puppylove purple123 pussy123 pussycat q1q1q1q1 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6
        qaz123456 qazwsx123 qazwsxedc qazwsxedcrfv qazxswedc qw12er34 qwe12345 qwe123456 qweasd123 qweasdzxc qweasdzxc123 qweqweqwe qwer1234
        qwer12345 qwert123 qwert1234 qwert12345 qwerty01 qwerty11 qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwerty77 qwerty99
        qwerty@123 qwertyqwerty qwertyui qwertyuiop qwertyuiop1 qwertyuiop123 qwertz123 qwertzui qwertzuiop rainbow1 rainbow123 ranger123 realmadrid
        rebecca1 redrose1 redskins robert123 roblox123 rockstar rockstar1 ronaldo123 ronaldo7 root1234 rootroot russia123 samantha samantha1
        sample123 samsung1 samsung123 saturday school123 scoobydoo scotland seahorse sebastian secret12 secret123 secret1234 senha123 senha1234
        september server123 sexy1234 sexybitch sexygirl shadow12 shadow123 silver123 simpsons singapore sister123 skywalker slipknot slipknot1
        smile123 smiley123 snoopy123 snowball snowflake soccer10 soccer12 soccer123 softball softball1 soldier1 somebody something something1
        southafrica southpark spiderman spiderman1 spongebob spongebob1 spring123 spring2020 spring2021 spring2022 spring2023 spring2024 spring2025
        spring2026 starcraft stardust starlight startrek startrek1 starwars starwars1 starwars123 steelers steelers1 stephanie stoned420 strawberry
        strawberry1 student1 summer01 summer12 summer123 summer2019 summer2020 summer2021 summer2022 summer2023 summer2024 summer2025 summer2026
        sunday123 sunflower sunflower1 sunshine sunshine1 sunshine12 sunshine123 superman superman1 superman123 superstar superstar1 superuser
        suzuki123 sweetheart sweetie1 sysadmin teacher1 temp1234 temp12345 temporary temppass temppass1 test1234 test12345 test123456 test123test
        tester123 testing1 testing12 testing123 testpass testpass1 testtest testuser texas123 theatre1 thepassword thequickbrownfox thomas123
        ticket123 tickets1 tickets123 tiger123 tigers123 tigger123 tinkerbell tobeornottobe toor1234 topsecret toronto1 tottenham toyota123 truelove
        trustno1 trustnoone turkey123 turtle123 twitter1 university user1234 user12345 user123456 username username1 useruser vacation valentina
        veronica victoria victoria1 vietnam1 vincent1 volkswagen volleyball wachtwoord wachtwoord1 warcraft warcraft1 warrior1 warriors wasdwasd
        washington weed4200 welcome! welcome1 welcome12 welcome123 welcome1234 welcome2 welcome@123 whatever whatever1 whatsapp white123 whoami123
        whynot123 wildcats william1 windows1 windows10 windows7 winner123 winter12 winter123 winter2020 winter2021 winter2022 winter2023 winter2024
        winter2025 winter2026 wolverine worldofwarcraft xbox3601 yamaha123 yankees1 yellow123 yourpassword youtube1 youtube123 z1x2c3v4 zachary1
        zaq12wsx zaq1xsw2 zaq1zaq1 zelda123 zxcasdqwe zxcv1234 zxcvbnm, zxcvbnm1 zxcvbnm123 zxcvzxcv
        """;
}
