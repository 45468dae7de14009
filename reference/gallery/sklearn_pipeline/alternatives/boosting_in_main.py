import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder


def main():
    df = pd.read_csv("customers.csv")
    target = df.pop("stays")
    encode = ColumnTransformer([("city", OneHotEncoder(sparse_output=False), ["city"])], remainder="passthrough")
    return Pipeline([("encode", encode), ("boost", HistGradientBoostingClassifier(max_depth=3))]).fit(df, target)


if __name__ == "__main__":
    model = main()
